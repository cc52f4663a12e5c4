import CVectorMath

/// The numbers of one AdamW step (Loshchilov and Hutter, 2019).
public struct AdamWStep: Sendable {
    public var learningRate: Float
    public var beta1: Float = 0.9
    public var beta2: Float = 0.999
    public var epsilon: Float = 1e-8
    public var weightDecay: Float
    /// How many updates these weights have had, this one included.
    public var updates: Int
    /// Applied to the gradients first: the clip.
    public var gradientScale: Float

    public init(learningRate: Float, weightDecay: Float, updates: Int, gradientScale: Float) {
        self.learningRate = learningRate
        self.weightDecay = weightDecay
        self.updates = updates
        self.gradientScale = gradientScale
    }
}

/// One update of `weights` and its two moments, all [1, n], in one pass.
public func applyAdamW(
    _ step: AdamWStep, weights: Matrix, gradients: Matrix, first: Matrix, second: Matrix, on workers: Workers = .one
) {
    let count = weights.count
    for other in [weights, gradients, first, second] {
        precondition(other.count == count && other.isContiguous, "arenas of different layouts")
    }
    let c1 = Float(1 - power(Double(step.beta1), step.updates))
    let c2 = Float(1 - power(Double(step.beta2), step.updates))
    workers.split(count, minimum: 1 << 14) { range in
        let at = range.lowerBound
        unsafe VectorTable.current.adamw(
            weights.base + at, gradients.base + at, first.base + at, second.base + at, range.count,
            step.gradientScale, step.learningRate, step.beta1, step.beta2, step.epsilon, step.weightDecay, c1, c2)
    }
}

private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
        if left & 1 == 1 { result *= square }
        square *= square
        left >>= 1
    }
    return result
}
