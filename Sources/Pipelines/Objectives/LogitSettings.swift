import Distillation

/// `soft`: the teacher's logits at a temperature (Hinton et al., 2015), and labels where a stage weighs them.
struct SoftSettings: ObjectiveSettings {
    static let name = "soft"
    static let about = "which looks at logits alone"
    static let uselessKeys = ["head"]
    static let comparesStates = false

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation) = (1.1, .off)
        settings.stages = [.init(share: 1, weights: LossWeights(contrastive: 0, soft: 1, hard: 0))]
    }
}

/// `hard`: cross entropy with the labels, no teacher.
struct HardSettings: ObjectiveSettings {
    static let name = "hard"
    static let about = "which looks at labels alone"
    static let uselessKeys = ["window", "temperature", "head", "stages"]
    static let comparesStates = false
    static let readsTeacher = false

    /// Without a teacher there is no reason to spend two passes on a step.
    static func setDefaults(_ settings: inout DistillSettings) {
        settings.perturbation = .off
        settings.stages = [.init(share: 1, weights: LossWeights(contrastive: 0, soft: 0, hard: 1))]
    }
}
