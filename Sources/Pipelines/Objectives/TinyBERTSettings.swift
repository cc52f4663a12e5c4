import Distillation
import Features

/// `tinybert`: embeddings, states and attention scores first, then the prediction (Jiao et al., 2020).
struct TinyBERTSettings: ObjectiveSettings {
    static let name = "tinybert"
    static let about = "which compares embeddings, states and attention scores"
    static let keys = ["layers"]

    var layers = LayerMapSetting()

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation) = (1, .off)
        settings.stages = [
            .init(share: 0.8, weights: LossWeights(contrastive: 1, soft: 0, hard: 0)),
            .init(share: 0.2, weights: LossWeights(contrastive: 0, soft: 1, hard: 0)),
        ]
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) { try layers.read(reader) }

    var canonical: [String] { [layers.canonical] }
    var tensors: [(tensor: Tensor, reason: String)] {
        [Tensor.hidden, .attention, .embedding].map { ($0, "objective 'tinybert'") }
    }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        let layers = try shape.mapped(layers)
        if let heads = shape.teacherHeads, heads != shape.student.heads {
            throw .usage(
                "\(shape.stage): objective 'tinybert' compares attention head by head; the teacher has \(heads) heads, the student \(shape.student.heads): give the student as many, or take objective 'relation', which has none to match")
        }
        return TinyBERTObjective(layers: layers)
    }
}
