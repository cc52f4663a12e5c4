import Sampling
import Training

extension NegativePlan {
    private enum Source: String, CaseIterable { case batch, window, bank, all }

    /// Reads a `negatives` section over values that stand where it says nothing.
    init(_ reader: SettingReader, over start: NegativePlan) throws(PipelinesError) {
        self = start
        count = try reader.integer("count", in: 0...65_535) ?? count
        let size = try reader.integer("size", in: 1...100_000_000)
        if let word = try reader.choice("from", Source.self) {
            source =
                switch word {
                case .batch: .batch
                case .window: .window
                case .bank: .bank(size: size ?? 65_536)
                case .all: .all
                }
        } else if case .bank = source, let size {
            source = .bank(size: size)
        }
        if case .bank = source {} else if size != nil {
            try reader.refuse(["size"], from: reader.layer(of: "from") ?? 0, "is that of a bank; set from: bank, or leave it out")
        }
        if source == .all { try reader.refuse(["count"], beside: "from", "has no effect with from: all, which takes the mean of all; leave it out") }
        if let words = try reader.texts("leaveOut") {
            leavesOut = []
            for word in words {
                guard let exclusion = Exclusion(rawValue: word) else {
                    throw reader.error("leaveOut", "'\(word)' is unknown; give \(Exclusion.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                leavesOut.insert(exclusion)
            }
        }
    }

    /// In fixed words, for a fingerprint.
    var canonical: String {
        let from =
            switch source {
            case .batch: "batch"
            case .window: "window"
            case .bank(let size): "bank:\(size)"
            case .all: "all"
            }
        return "\(source == .all ? 0 : count) from \(from) without \(leavesOut.map(\.rawValue).sorted().joined(separator: ","))"
    }
}
