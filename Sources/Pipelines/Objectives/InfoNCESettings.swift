import Distillation
import Features
import Sampling
import Training

/// `infonce`: InfoNCE of one centred vector a sequence and layer (CoDIR, Sun et al., 2020).
struct InfoNCESettings: ObjectiveSettings {
    static let name = "infonce"
    static let about = "which contrasts one vector a sequence"
    static let keys = ["layers", "cosine", "negatives", "tau", "normalise", "projection"]

    enum Pooling: String, CaseIterable { case cls, mean }

    var layers = LayerMapSetting()
    var pooling = Pooling.mean
    var contrast = NegativePlan(count: 15)
    var tau = 0.1
    var normalisation = Normalisation.centre
    var projection = ProjectionSharing.perLayer

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation, settings.stages) = (1.1, .off, DistillSettings.twoStages)
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        try layers.read(reader)
        pooling = try reader.choice("cosine", Pooling.self) ?? pooling
        if let section = try reader.section("negatives") {
            contrast = try NegativePlan(section, over: contrast)
            if contrast.count == 0 { throw section.error("count", "objective 'infonce' tells a sequence from others, and without any there is nothing to learn; 1 at least") }
            if contrast.source == .all {
                throw section.error("from", "'all' takes the mean of all, and objective 'infonce' looks at each by itself; take batch, window or bank")
            }
        }
        tau = try reader.number("tau", in: 1e-4...100) ?? tau
        normalisation = try reader.choice("normalise", Normalisation.self) ?? normalisation
        projection = try reader.choice("projection", ProjectionSharing.self) ?? projection
    }

    var canonical: [String] {
        [
            layers.canonical, "cosine=\(pooling.rawValue)", "negatives=\(contrast.canonical)", "tau=\(tau)",
            "normalise=\(normalisation.rawValue)", "projection=\(projection.rawValue)",
        ]
    }

    var cosine: Cosine { pooling == .cls ? .cls : .mean }
    var tensors: [(tensor: Tensor, reason: String)] { [(pooling == .cls ? .cls : .mean, "cosine '\(pooling.rawValue)'")] }
    var negatives: NegativePlan? { contrast }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        let layers = try shape.mapped(layers)
        if normalisation == .none { try shape.checkEnergy(layers, cosine) }
        return InfoNCEObjective(
            layers: layers, cosine: cosine, temperature: tau, normalisation: normalisation,
            statistics: shape.stateStatistics(for: normalisation), sharing: projection)
    }
}
