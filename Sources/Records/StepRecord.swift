/// What one training step was like: a line of a model's history.
public struct StepRecord: Sendable, Equatable, Codable {
    public var step: Int
    public var learningRate: Float
    /// The terms of the loss, unweighted; 0 where a stage leaves one out.
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
        step: Int, learningRate: Float, contrastive: Float, soft: Float, hard: Float, gradientNorm: Float,
        perturbationRatio: Float = 0, perturbationChange: Float = 0
    ) {
        (self.step, self.learningRate, self.gradientNorm) = (step, learningRate, gradientNorm)
        (self.contrastive, self.soft, self.hard) = (contrastive, soft, hard)
        (self.perturbationRatio, self.perturbationChange) = (perturbationRatio, perturbationChange)
    }

    /// The numbers in a fixed order, for storage.
    public var numbers: [Float] {
        [
            Float(step), learningRate, contrastive, soft, hard, gradientNorm, perturbationRatio, perturbationChange,
        ]
    }

    /// Nil where there are not as many numbers as a step has.
    public init?(numbers: ArraySlice<Float>) {
        let n = Array(numbers)
        guard n.count == Self.numberCount, n[0] >= 0, n[0] < 0x1p24 else { return nil }
        self.init(
            step: Int(n[0]), learningRate: n[1], contrastive: n[2], soft: n[3], hard: n[4], gradientNorm: n[5],
            perturbationRatio: n[6], perturbationChange: n[7])
    }

    public static let numberCount = 8
}
