/// A factor of a product: a matrix, or the transpose of one.
public protocol Factor: Sendable {
    var matrix: Matrix { get }
    var isTransposed: Bool { get }
    /// The factor whose rows are these rows of this one.
    func panel(_ rows: Range<Int>) -> Self
    /// The factor whose columns are these columns of this one.
    func panel(columns: Range<Int>) -> Self
}

extension Matrix: Factor {
    public var matrix: Matrix { self }
    public var isTransposed: Bool { false }
    public func panel(_ rows: Range<Int>) -> Matrix { self[rows: rows] }
    public func panel(columns: Range<Int>) -> Matrix { self[columns: columns] }
    /// This matrix as a transposed factor; nothing is copied.
    public var transposed: TransposedMatrix { TransposedMatrix(matrix: self) }
}

/// A matrix that a product reads transposed.
public struct TransposedMatrix: Factor {
    public let matrix: Matrix
    public var isTransposed: Bool { true }
    public func panel(_ rows: Range<Int>) -> TransposedMatrix { matrix[columns: rows].transposed }
    public func panel(columns: Range<Int>) -> TransposedMatrix { matrix[rows: columns].transposed }
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

/// The same, in tiles of c that workers share. The tiles are a function of the shape alone.
///
/// - Parameter finish: is called with the rows and columns of each tile once it is there.
public func multiply(
    _ a: some Factor, _ b: some Factor, into c: Matrix, alpha: Float = 1, beta: Float = 0, on workers: Workers,
    finish: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void = { _, _ in }
) {
    let tiles = Tiles(rows: c.rows, columns: c.columns)
    workers.run(tiles.count) { task in
        let (rows, columns) = tiles[task]
        multiply(a.panel(rows), b.panel(columns: columns), into: c[rows: rows][columns: columns], alpha: alpha, beta: beta)
        finish(rows, columns)
    }
}

/// c = a b + bias on each row, and + past where it is given: what they add is there first, so that no pass of its own is needed.
///
/// - Parameters:
///   - bias: [1, n].
///   - past: what goes past the product [m, n].
///   - finish: as above.
public func multiply(
    _ a: some Factor, _ b: some Factor, bias: Matrix, past: Matrix? = nil, into c: Matrix, on workers: Workers = .one,
    finish: @Sendable (_ rows: Range<Int>, _ columns: Range<Int>) -> Void = { _, _ in }
) {
    let tiles = Tiles(rows: c.rows, columns: c.columns)
    workers.run(tiles.count) { task in
        let (rows, columns) = tiles[task]
        let tile = c[rows: rows][columns: columns]
        fillRows(tile, bias: bias[columns: columns], past: past?[rows: rows][columns: columns])
        multiply(a.panel(rows), b.panel(columns: columns), into: tile, beta: 1)
        finish(rows, columns)
    }
}

/// The tiles of a product: as near to squares as they come, since the BLAS copies the rows and the columns of each.
struct Tiles: Sendable {
    private let rows, columns: Int
    private let height, width: Int
    /// A copied number costs the time of so many products.
    private static let copyCost = 8

    /// - Parameter limit: of their number, a power of two.
    init(rows: Int, columns: Int, limit: Int = 8) {
        (self.rows, self.columns) = (rows, columns)
        var best: (cost: Int, height: Int, width: Int)?
        for parts in [8, 4, 2, 1] where parts <= limit {
            let (height, width) = (Self.part(rows, of: parts, minimum: 32), Self.part(columns, of: limit / parts, minimum: 48))
            let count = (rows + height - 1) / height * ((columns + width - 1) / width)
            // What one of as many workers computes, and copies, in all.
            let cost = (count + limit - 1) / limit * (height * width + Self.copyCost * (height + width))
            if best.map({ cost < $0.cost }) ?? true { best = (cost, height, width) }
        }
        (height, width) = best.map { ($0.height, $0.width) } ?? (max(rows, 1), max(columns, 1))
    }

    /// A part in whole sixteens.
    private static func part(_ count: Int, of parts: Int, minimum: Int) -> Int {
        max(minimum, ((count + parts - 1) / parts + 15) / 16 * 16)
    }

    private var across: Int { (columns + width - 1) / width }
    var count: Int { (rows + height - 1) / height * across }

    subscript(task: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let (row, column) = (task / across * height, task % across * width)
        return (row..<min(row + height, rows), column..<min(column + width, columns))
    }
}

/// The BLAS in use, for run records: sums may differ between versions and processors in their last bits.
public var blasVersion: String { BLAS.version }

/// Everything that decides the last bits of what is computed here: two machines with equal texts compute equal bits.
public var arithmetic: String { "kernels \(VectorTable.name), \(blasVersion)" }
