public import BERT

/// What one training step sees.
public struct StudentBatch: Sendable {
    public var tokens: TokenBatch
    public var labels: BatchLabels
    /// The teacher's view of the same sequences; nil where no loss looks at a teacher.
    public var teacher: Taps?
    /// For each sequence, its negatives in the batch; not used where there are targets.
    public var negatives: [[Int]]
    /// Targets that were made before, such as those of a contrast whose negatives come from elsewhere.
    public var targets: (any StateTargets)?

    public init(
        tokens: TokenBatch, labels: BatchLabels = .none, teacher: Taps? = nil, negatives: [[Int]] = [], targets: (any StateTargets)? = nil
    ) {
        (self.tokens, self.labels, self.teacher, self.negatives, self.targets) = (tokens, labels, teacher, negatives, targets)
    }
}

/// What one training step found out.
public struct StudentLoss: Sendable, Equatable {
    /// How a perturbed step went.
    public struct Perturbed: Sendable, Equatable {
        /// The terms of the second pass, whose gradients update the weights.
        public var terms: LossTerms
        /// The median over the sequences of |g| / |e|: the gradient at the word embeddings by the word embeddings.
        public var gradientRatio: Double
        /// The second pass's total loss minus the first's.
        public var change: Double
    }

    /// The terms of the unperturbed pass.
    public var terms = LossTerms()
    public var perturbed: Perturbed?
    /// The terms of a head that is trained on detached states.
    public var probe: LossTerms?
}
