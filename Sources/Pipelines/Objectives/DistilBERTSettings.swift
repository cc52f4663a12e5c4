import Distillation
import Features

/// DistilBERT (Sanh et al., 2019): the cosine of last states, what the teacher's masked language model says of every token, and the words that were
/// masked. With `mlm: off` its task form: the cosine, and soft and hard losses on the task's own text and labels.
struct DistilBERTSettings: ObjectiveSettings {
    static let name = "distilbert"
    static let about = "which compares the last states by their cosine"
    static let keys = ["mlm"]

    private(set) var masksWords = true

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation) = (2, .off)
        settings.stages = [.init(share: 1, weights: LossWeights(contrastive: 1, soft: 5, hard: 2))]
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        if let word = try reader.text("mlm") {
            guard ["on", "off"].contains(word) else { throw reader.error("mlm", "'\(word)' is neither on, as published, nor off, the task form") }
            masksWords = word == "on"
        }
    }

    var canonical: [String] { ["mlm=\(masksWords ? "on" : "off")"] }
    var tensors: [(tensor: Tensor, reason: String)] { [(.hidden, "objective 'distilbert'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        LastStateObjective(layer: shape.teacherLayers, projects: shape.student.hidden != shape.teacherWidth)
    }
}
