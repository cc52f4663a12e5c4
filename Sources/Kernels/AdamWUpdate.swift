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
    workers.split(count, minimum: 1 << 14) { range in
        let at = range.lowerBound
        unsafe VectorTable.current.adamw(
            weights.base + at, gradients.base + at, first.base + at, second.base + at, range.count, step.gradientScale, step.keep, step.size,
            step.root, step.beta1, step.beta2, step.epsilon)
    }
}

/// Updates that rows of a matrix may have missed, since their gradients were zero: they are made up for, bit by bit, when a row is read.
public struct AdamWLog: Sendable {
    private var scalars: [Float] = []
    private var last: AdamWStep?
    public var count: Int { scalars.count / 3 }

    public init() {}

    /// - Parameter step: its betas and epsilon are those of all others.
    public mutating func append(_ step: AdamWStep) {
        scalars += [step.keep, step.size, step.root]
        last = step
    }

    public mutating func removeAll() { scalars.removeAll(keepingCapacity: true) }

    /// Makes up for what some rows have missed.
    ///
    /// - Parameter current: for each row of the matrices, how many of the updates it has had.
    public func settle(
        _ rows: [Int], current: [Int], weights: Matrix, first: Matrix, second: Matrix, on workers: Workers
    ) {
        guard let last else { return }
        for matrix in [first, second] { precondition(matrix.rows == weights.rows && matrix.columns == weights.columns, "matrices of one shape") }
        precondition(current.count == weights.rows, "a count for each row")
        workers.split(rows.count, minimum: 16) { part in
            for row in rows[part] where current[row] < count {
                let (weights, first, second) = (weights.row(row), first.row(row), second.row(row))
                unsafe scalars.withUnsafeBufferPointer { scalars in
                    guard let base = scalars.baseAddress else { return }
                    unsafe VectorTable.current.adamw_still(
                        weights.base, first.base, second.base, weights.columns, base + 3 * current[row], count - current[row], last.beta1,
                        last.beta2, last.epsilon)
                }
            }
        }
    }
}

extension AdamWStep {
    /// What decay leaves of a weight.
    var keep: Float { 1 - learningRate * weightDecay }
    /// The rate by the first moment's bias correction, and the root of the second's inverse.
    var size: Float { learningRate / Float(1 - power(Double(beta1), updates)) }
    var root: Float { 1 / Float(1 - power(Double(beta2), updates)).squareRoot() }
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
