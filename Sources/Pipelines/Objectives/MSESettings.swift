import Distillation
import Features

/// `mse`: the squared error of projected states on the mapped layers (FitNets; BERT_M of LRC-BERT's ablations).
struct MSESettings: ObjectiveSettings {
    static let name = "mse"
    static let about = "which compares states by their squared error"
    static let keys = ["layers", "projection"]

    var layers = LayerMapSetting()
    var projection = ProjectionSharing.perLayer

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation, settings.stages) = (1.1, .off, DistillSettings.twoStages)
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        try layers.read(reader)
        projection = try reader.choice("projection", ProjectionSharing.self) ?? projection
    }

    var canonical: [String] { [layers.canonical, "projection=\(projection.rawValue)"] }
    var tensors: [(tensor: Tensor, reason: String)] { [(.hidden, "objective 'mse'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        MSEObjective(layers: try shape.mapped(layers.stated), sharing: projection)
    }
}
