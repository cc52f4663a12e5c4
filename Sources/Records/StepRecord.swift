/// What one training step was like: a line of a model's history.
public struct StepRecord: Sendable, Equatable, Codable {
    public var step: Int
    public var learningRate: Float
    /// Negatives an example, on the average: a short batch has fewer than were asked for.
    public var negatives: Float
    /// The terms of the loss, unweighted; 0 where a stage leaves one out. Of a head that is probed, soft and hard are its own.
    public var contrastive: Float
    public var soft: Float
    public var hard: Float
    /// The gradient's norm before the clip.
    public var gradientNorm: Float
    /// The median over the sequences of the gradient at the word embeddings by the embeddings; 0 without perturbation.
    public var perturbationRatio: Float
    /// What the perturbation added to the loss.
    public var perturbationChange: Float

    public init(
        step: Int, learningRate: Float, negatives: Float = 0, contrastive: Float, soft: Float, hard: Float, gradientNorm: Float,
        perturbationRatio: Float = 0, perturbationChange: Float = 0
    ) {
        (self.step, self.learningRate, self.negatives, self.gradientNorm) = (step, learningRate, negatives, gradientNorm)
        (self.contrastive, self.soft, self.hard) = (contrastive, soft, hard)
        (self.perturbationRatio, self.perturbationChange) = (perturbationRatio, perturbationChange)
    }

    /// The numbers in a fixed order, for storage; the step is the record's place among the others.
    public var numbers: [Float] {
        [learningRate, negatives, contrastive, soft, hard, gradientNorm, perturbationRatio, perturbationChange]
    }

    /// - Parameter numbers: as many as `numberCount`.
    public init(step: Int, numbers: ArraySlice<Float>) {
        precondition(numbers.count == Self.numberCount, "the numbers of one step")
        let n = Array(numbers)
        self.init(
            step: step, learningRate: n[0], negatives: n[1], contrastive: n[2], soft: n[3], hard: n[4], gradientNorm: n[5],
            perturbationRatio: n[6], perturbationChange: n[7])
    }

    public static let numberCount = 8
}
