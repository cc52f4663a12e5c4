import Randomness

/// In which order an epoch visits the rows: a pure function of (seed, epoch).
public struct EpochOrder: Sendable, Equatable {
    public let rows: [Int]
    public let batchSize: Int

    public init(count: Int, batchSize: Int, seed: UInt64, epoch: Int) {
        precondition(batchSize > 0, "a batch has at least one row")
        rows = permutation(count: count, seed: seed, stream: Streams.order &+ UInt64(epoch))
        self.batchSize = batchSize
    }

    /// Batches in an epoch; the short last one is kept.
    public var batchCount: Int { (rows.count + batchSize - 1) / batchSize }

    public func batch(_ index: Int) -> ArraySlice<Int> {
        rows[index * batchSize..<min((index + 1) * batchSize, rows.count)]
    }
}
