import Distillation
import Features

/// `distilbert` with `mlm: off`: the cosine of last states, soft and hard losses on the task's own text and labels (Sanh et al., 2019,
/// in its task form).
struct DistilBERTSettings: ObjectiveSettings {
    static let name = "distilbert"
    static let about = "which compares the last states by their cosine"
    static let keys = ["mlm"]

    private var isTaskForm = false

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation) = (2, .off)
        settings.stages = [.init(share: 1, weights: LossWeights(contrastive: 1, soft: 5, hard: 2))]
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        if try reader.text("mlm") == "off" { isTaskForm = true }
        guard isTaskForm, try reader.text("mlm") ?? "off" == "off" else {
            throw reader.error("mlm", "distributions of masked words are not cached; write `mlm: off` for the task form, which compares last states and logits")
        }
    }

    var canonical: [String] { ["mlm=off"] }
    var tensors: [(tensor: Tensor, reason: String)] { [(.hidden, "objective 'distilbert'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        LastStateObjective(layer: shape.teacherLayers, projects: shape.student.hidden != shape.teacherWidth)
    }
}
