/// The weights of the total loss in one stage: alpha, beta, gamma.
public struct LossWeights: Sendable, Equatable {
    public var contrastive: Double
    public var soft: Double
    public var hard: Double

    public init(contrastive: Double, soft: Double, hard: Double) {
        (self.contrastive, self.soft, self.hard) = (contrastive, soft, hard)
    }

    public var usesLogits: Bool { soft != 0 || hard != 0 }
}

/// The terms of a batch's loss, each a mean over the examples (the contrastive one summed over layers), unweighted.
public struct LossTerms: Sendable, Equatable {
    public var contrastive = 0.0
    public var soft = 0.0
    public var hard = 0.0

    public init() {}

    public func total(_ weights: LossWeights) -> Double {
        weights.contrastive * contrastive + weights.soft * soft + weights.hard * hard
    }
}
