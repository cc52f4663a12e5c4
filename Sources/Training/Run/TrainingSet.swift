public import Distillation
public import Features

/// Sequences to train on, and what a teacher says of them.
public struct TrainingSet: Sendable {
    public let examples: Examples
    /// Nil where no loss looks at a teacher.
    public let features: FeatureCache?
    /// The plan's loss of states with the statistics of this set's teacher states; nil where the plan's has them.
    public let objective: (any StateObjective)?

    public init(_ examples: Examples, _ features: FeatureCache? = nil, objective: (any StateObjective)? = nil) {
        (self.examples, self.features, self.objective) = (examples, features, objective)
    }

    /// - Throws: `TrainingError` where there is nothing to train on, or where the cache is of other sequences.
    func check() throws(TrainingError) {
        guard examples.count > 0 else { throw .settings(problem: "there are no examples to train on") }
        guard let features else { return }
        let ids: [Int32]
        do { ids = try features.ids() } catch { throw .features(error) }
        guard features.lengths == examples.lengths, ids == examples.ids else {
            throw .features(.stale(folder: features.folder, what: ["it is of other tokens than those to train on"]))
        }
    }
}
