import Distillation
import Features
import Sampling
import Training

/// `lrc`: COS-NCE on the mapped layers, soft and hard losses in two stages, gradient perturbation (LRC-BERT, AAAI 2021).
struct LRCSettings: ObjectiveSettings {
    static let name = "lrc"
    static let about = "which contrasts states"
    static let keys = ["layers", "cosine", "negatives", "contrastWeight", "normalise", "projection"]

    var layers = LayerMapSetting()
    var cosine = Cosine.sequence
    var contrast = NegativePlan(count: 15)
    var contrastWeight = 0.5
    var normalisation = Normalisation.none
    var projection = ProjectionSharing.perLayer

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation, settings.stages) = (1.1, .raw, DistillSettings.twoStages)
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        try layers.read(reader)
        cosine = try reader.choice("cosine", Cosine.self) ?? cosine
        let section = try reader.section("negatives")
        if let section { contrast = try NegativePlan(section, over: contrast) }
        contrastWeight = try reader.number("contrastWeight", in: 0...100) ?? contrastWeight
        normalisation = try reader.choice("normalise", Normalisation.self) ?? normalisation
        projection = try reader.choice("projection", ProjectionSharing.self) ?? projection
        if case .bank = contrast.source, ![.cls, .mean].contains(cosine) {
            throw (section ?? reader).error("from", "'bank' holds one vector a sequence, and cosine '\(cosine.rawValue)' compares whole ones; take cosine cls or mean, or from: window")
        }
        if contrast.source == .all, cosine == .token {
            throw (section ?? reader).error("from", "'all' has no sums for cosine 'token'; take sequence, cls or mean")
        }
    }

    var canonical: [String] {
        [
            layers.canonical, "cosine=\(cosine.rawValue)", "negatives=\(contrast.canonical)", "contrastWeight=\(contrastWeight)",
            "normalise=\(normalisation.rawValue)", "projection=\(projection.rawValue)",
        ]
    }

    var tensors: [(tensor: Tensor, reason: String)] {
        let compared: Tensor =
            switch cosine {
            case .sequence, .token, .sequenceAndCLS: .hidden
            case .cls: .cls
            case .mean: .mean
            }
        return [(compared, "cosine '\(cosine.rawValue)'")] + (contrast.source == .all ? [(.sums, "negatives from 'all'")] : [])
    }

    var negatives: NegativePlan? { contrast }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        let layers = try shape.mapped(layers)
        if normalisation == .none { try shape.checkEnergy(layers, cosine) }
        return LRCObjective(
            layers: layers, cosine: cosine, contrastWeight: Float(contrastWeight), normalisation: normalisation,
            statistics: shape.stateStatistics(for: normalisation), sharing: projection)
    }
}

extension ObjectiveShape {
    /// Refuses layers whose vectors a cosine cannot tell apart.
    func checkEnergy(_ layers: [Int], _ cosine: Cosine) throws(PipelinesError) {
        let readsFirst = [.cls, .sequenceAndCLS].contains(cosine)
        try checkEnergy(
            layers, { readsFirst ? $0.first : cosine == .mean ? $0.mean : $0.tokens },
            what: "cosine '\(cosine.rawValue)' of \(readsFirst ? "[CLS] " : "")states",
            advice: "set `normalise: centre`" + (readsFirst ? ", or take another cosine" : ""))
    }

    /// By layer; empty where nothing is taken off.
    func stateStatistics(for normalisation: Normalisation) -> [Int: StateStatistics] {
        guard normalisation != .none else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: statistics.map { layer in
                let statistics = StateStatistics(
                    tokens: layer.tokens.map(Moments.init), first: layer.first.map(Moments.init), mean: layer.mean.map(Moments.init))
                return (layer.layer, statistics)
            })
    }
}

extension Moments {
    init(_ moments: LayerStatistics.Moments) { self.init(mean: moments.mean, deviation: moments.deviation) }
}
