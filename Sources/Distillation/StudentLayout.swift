public import BERT
public import Kernels

/// How the student's states are brought to the teacher's width.
public enum ProjectionSharing: String, Sendable, CaseIterable {
    case perLayer
    case shared
}

extension ParameterLayout {
    /// The parameters of a student in training: pooler and classifier as `configuration` has classes, or a head of words, and those of the
    /// objective after them, which are not exported.
    public init(student configuration: BERTConfiguration, objective: (any StateObjective)?, teacherWidth: Int) {
        self.init(
            configuration, hasPooler: !configuration.hasTokenLogits, hasClassifier: configuration.logitCount > 0 && !configuration.predictsWords)
        objective?.append(to: &self, student: configuration, teacherWidth: teacherWidth)
    }
}

extension ParameterLayout.Entry {
    public var isProjection: Bool { name.hasPrefix("projection.") }
    /// Whether it belongs to pooler or classifier, or to a head of words.
    public var isHead: Bool { name.hasPrefix("bert.pooler.") || name.hasPrefix("classifier.") || name.hasPrefix("cls.predictions.") }
}

extension Parameters {
    /// W of each student layer, or the one that all share.
    public var projections: [Matrix] { layout.entries.filter(\.isProjection).map(matrix) }
}

extension StudentStep {
    /// Whether a gradient can reach a parameter under these weights. One that none reaches is left alone: no decay, no
    /// moments, no step count, as PyTorch does where `grad` is None.
    public func reaches(_ entry: ParameterLayout.Entry) -> Bool {
        let states = weights.contrastive != 0 && objective?.reaches(entry, of: configuration) ?? false
        if entry.isProjection { return states }
        if entry.isHead { return weights.usesLogits || probe?.usesLogits == true }
        return states || weights.usesLogits
    }
}
