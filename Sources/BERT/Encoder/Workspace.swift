public import Kernels

/// Memory for the activations of one batch, reused by the next: after the largest batch nothing is allocated.
public final class Workspace {
    /// 64 MiB: what is not touched of a block takes no memory.
    private static let blockCount = 1 << 24
    private var blocks: [FloatStorage] = []
    /// Where the next matrix goes.
    private var (block, used) = (0, 0)
    /// Numbers handed out since the last reset.
    public private(set) var count = 0

    public init() {}

    /// Takes all matrices back. Those handed out before must not be used any more.
    public func reset() { (block, used, count) = (0, 0, 0) }

    /// A matrix whose elements are undefined.
    public func matrix(rows: Int, columns: Int) -> Matrix {
        let count = rows * columns
        while block < blocks.count, used + count > blocks[block].count { (block, used) = (block + 1, 0) }
        if block == blocks.count { blocks.append(FloatStorage(count: max(count, Self.blockCount), isZero: false)) }
        defer {
            used += (count + 15) / 16 * 16
            self.count += count
        }
        return Matrix(storage: blocks[block], offset: used, rows: rows, columns: columns)
    }

    /// Bytes reserved.
    public var byteCount: Int { blocks.reduce(0) { $0 + $1.count * 4 } }
}
