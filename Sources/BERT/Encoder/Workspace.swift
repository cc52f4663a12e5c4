public import Kernels

/// Memory for the activations of one batch, reused by the next: after the largest batch nothing is allocated.
public final class Workspace {
    private var blocks: [FloatStorage] = []
    private var used = 0

    public init() {}

    /// Takes all matrices back. Those handed out before must not be used any more.
    public func reset() {
        if blocks.count > 1 {
            let total = blocks.reduce(0) { $0 + $1.count }
            blocks = [FloatStorage(count: total)]
        }
        used = 0
    }

    /// A matrix whose elements are undefined.
    public func matrix(rows: Int, columns: Int) -> Matrix {
        let count = rows * columns
        if blocks.isEmpty || used + count > blocks[blocks.count - 1].count {
            blocks.append(FloatStorage(count: max(count, 1 << 18)))
            used = 0
        }
        defer { used += (count + 15) / 16 * 16 }
        return Matrix(storage: blocks[blocks.count - 1], offset: used, rows: rows, columns: columns)
    }

    /// Bytes held.
    public var byteCount: Int { blocks.reduce(0) { $0 + $1.count * 4 } }
}
