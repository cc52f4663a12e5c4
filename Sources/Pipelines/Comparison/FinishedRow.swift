import Training

/// What came of one model on one split: a line of `rows.tsv`.
struct FinishedRow: Sendable, Equatable {
    /// Rows beside those of the table's systems.
    static let teacher = "teacher", constant = "constant", labels = "labels"

    var task, system, split: String
    /// Nil for what no seed of the table reaches.
    var seed: UInt64?
    var metrics: [Metric: Double] = [:]
    /// The share of examples on which it says what the teacher says, and the mean KL of its distribution from the teacher's.
    var agreement, divergence: Double?
    var parameters, bytes: Int?
    /// Sequences a second beside the teacher's, by turns on this machine.
    var speedup: Double?
    /// Of its training.
    var seconds: Double?
    /// Over all that decides it: settings, data, teacher.
    var fingerprint: String
    /// Classes or scores, in the order of the split.
    var predictions: [Double] = []

    func isOf(_ task: String, _ system: String, _ split: String, _ seed: UInt64?) -> Bool {
        self.task == task && self.system == system && self.split == split && self.seed == seed
    }
}

extension FinishedRow {
    private static let texts = ["task", "system", "split", "seed"]
    private static let numbers = ["agreement", "divergence", "parameters", "bytes", "speedup", "seconds"]
    static let columns = texts + Metric.allCases.map(\.rawValue) + numbers + ["fingerprint"]
    static let predictionColumns = texts + ["fingerprint", "predictions"]

    private var key: [String] { [task, system, split, seed.map { "\($0)" } ?? "-"] }

    /// The line of `rows.tsv`; a value that there is not is `-`.
    var line: String {
        let values: [String?] = [
            agreement.map { "\($0)" }, divergence.map { "\($0)" }, parameters.map { "\($0)" }, bytes.map { "\($0)" }, speedup.map { fixed($0, 2) },
            seconds.map { fixed($0, 1) },
        ]
        let fields = key + Metric.allCases.map { metrics[$0].map { "\($0)" } ?? "-" } + values.map { $0 ?? "-" } + [fingerprint]
        return fields.joined(separator: "\t")
    }

    /// The line of `predictions.tsv`.
    var predictionLine: String {
        let values = predictions.map { $0 == $0.rounded() && $0.magnitude < 1e15 ? "\(Int($0))" : "\(Float($0))" }
        return (key + [fingerprint, values.joined(separator: ",")]).joined(separator: "\t")
    }

    /// - Returns: nil where the fields are not those of a line.
    init?(fields: [Substring]) {
        guard fields.count == Self.columns.count else { return nil }
        (task, system, split) = (String(fields[0]), String(fields[1]), String(fields[2]))
        if fields[3] != "-" {
            guard let seed = UInt64(fields[3]) else { return nil }
            self.seed = seed
        }
        var place = 4
        func next() -> Double?? {
            defer { place += 1 }
            if fields[place] == "-" { return .some(nil) }
            guard let value = Double(fields[place]), value.isFinite else { return nil }
            return value
        }
        for metric in Metric.allCases {
            guard let value = next() else { return nil }
            metrics[metric] = value
        }
        var values: [Double?] = []
        for _ in Self.numbers {
            guard let value = next() else { return nil }
            values.append(value)
        }
        (agreement, divergence, speedup, seconds) = (values[0], values[1], values[4], values[5])
        (parameters, bytes) = (values[2].flatMap { Int(exactly: $0) }, values[3].flatMap { Int(exactly: $0) })
        fingerprint = String(fields[place])
    }
}
