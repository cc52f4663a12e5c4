public import Kernels

/// How the gradient at the word embeddings moves them for the second pass of a step (LRC-BERT, section "Gradient
/// perturbation"): e' = e + f(g), g the gradient of the batch-mean total loss, detached, unclipped.
public enum Perturbation: Sendable, Equatable {
    case off
    /// f(g) = g.
    case raw
    /// g scaled so that its norm over a sequence is epsilon times that of e.
    case l2(Float)
    /// epsilon sign(g), times the root mean square of e over the sequence.
    case sign(Float)

    /// Turns the gradient into what is added, in place [tokens, hidden].
    public func apply(to gradient: Matrix, embeddings: Matrix, offsets: [Int]) {
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            let (g, e) = (gradient[rows: start..<end], embeddings[rows: start..<end])
            switch self {
            case .off: g.fill(0)
            case .raw: break
            case .l2(let epsilon):
                let length = sumOfSquares(g).squareRoot()
                if length > 0 { scale(g, by: Float(Double(epsilon) * sumOfSquares(e).squareRoot() / length)) }
            case .sign(let epsilon):
                let size = epsilon * Float((sumOfSquares(e) / Double(e.count)).squareRoot())
                for row in 0..<g.rows {
                    for column in 0..<g.columns {
                        let value = g[row, column]
                        g[row, column] = value > 0 ? size : value < 0 ? -size : 0
                    }
                }
            }
        }
    }

    /// The median over the sequences of the norm of their gradient by that of their embeddings.
    static func medianRatio(of gradient: Matrix, to embeddings: Matrix, offsets: [Int]) -> Double {
        let ratios = zip(offsets, offsets.dropFirst()).map { start, end in
            let size = sumOfSquares(embeddings[rows: start..<end])
            return size > 0 ? (sumOfSquares(gradient[rows: start..<end]) / size).squareRoot() : 0
        }.sorted()
        guard !ratios.isEmpty else { return 0 }
        return (ratios[ratios.count / 2] + ratios[(ratios.count - 1) / 2]) / 2
    }
}
