/// A factor of a product: a matrix, or the transpose of one.
public protocol Factor: Sendable {
    var matrix: Matrix { get }
    var isTransposed: Bool { get }
    /// The factor whose rows are these rows of this one.
    func panel(_ rows: Range<Int>) -> Self
}

extension Matrix: Factor {
    public var matrix: Matrix { self }
    public var isTransposed: Bool { false }
    public func panel(_ rows: Range<Int>) -> Matrix { self[rows: rows] }
    /// This matrix as a transposed factor; nothing is copied.
    public var transposed: TransposedMatrix { TransposedMatrix(matrix: self) }
}

/// A matrix that a product reads transposed.
public struct TransposedMatrix: Factor {
    public let matrix: Matrix
    public var isTransposed: Bool { true }
    public func panel(_ rows: Range<Int>) -> TransposedMatrix { matrix[columns: rows].transposed }
}

/// c = alpha * a b + beta * c by one BLAS call on the calling thread.
///
/// Shapes, after transposition: a [m, k], b [k, n], c [m, n].
public func multiply(_ a: some Factor, _ b: some Factor, into c: Matrix, alpha: Float = 1, beta: Float = 0) {
    let (left, right) = (a.matrix, b.matrix)
    let (m, k) = a.isTransposed ? (left.columns, left.rows) : (left.rows, left.columns)
    let (kb, n) = b.isTransposed ? (right.columns, right.rows) : (right.rows, right.columns)
    precondition(k == kb && c.rows == m && c.columns == n, "matrices whose shapes do not fit")
    guard m > 0, n > 0 else { return }
    BLAS.multiply(
        left, isTransposed: a.isTransposed, right, isTransposed: b.isTransposed, into: c, inner: k, alpha: alpha, beta: beta)
}

/// The same, in panels of the rows of c that workers share. The panels' height is a function of the shape alone.
public func multiply(
    _ a: some Factor, _ b: some Factor, into c: Matrix, alpha: Float = 1, beta: Float = 0, on workers: Workers
) {
    workers.split(c.rows, minimum: 48) { rows in
        multiply(a.panel(rows), b, into: c[rows: rows], alpha: alpha, beta: beta)
    }
}

/// The BLAS in use, for run records: sums may differ between versions and processors in their last bits.
public var blasVersion: String { BLAS.version }

/// Everything that decides the last bits of what is computed here: two machines with equal texts compute equal bits.
public var arithmetic: String { "kernels \(VectorTable.name), \(blasVersion)" }
