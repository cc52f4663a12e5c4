import Distillation
import Features
import Training

/// `mse`: the squared error of projected states on the mapped layers (FitNets; BERT_M of LRC-BERT's ablations).
struct MSESettings: ObjectiveSettings {
    static let name = "mse"
    static let about = "which compares states by their squared error"
    static let keys = ["layers", "projection", "matchGradient"]

    var layers = LayerMapSetting()
    var projection = ProjectionSharing.perLayer
    /// Whether the loss is weighted so that its gradient begins as long as that of the paper's COS-NCE on the same layers.
    var matchesGradient = false

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation, settings.stages) = (1.1, .off, DistillSettings.twoStages)
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        try layers.read(reader)
        projection = try reader.choice("projection", ProjectionSharing.self) ?? projection
        matchesGradient = try reader.boolean("matchGradient") ?? matchesGradient
    }

    var canonical: [String] { [layers.canonical, "projection=\(projection.rawValue)", "matchGradient=\(matchesGradient)"] }
    var tensors: [(tensor: Tensor, reason: String)] { [(.hidden, "objective 'mse'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        MSEObjective(layers: try shape.mapped(layers), sharing: projection)
    }

    func matched(_ shape: ObjectiveShape) throws(PipelinesError) -> (objective: any StateObjective, negatives: NegativePlan)? {
        guard matchesGradient else { return nil }
        return (LRCObjective(layers: try shape.mapped(layers), sharing: projection), LRCSettings().contrast)
    }
}
