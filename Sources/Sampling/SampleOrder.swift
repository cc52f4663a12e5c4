/// In which order a run visits the rows of a set: a pure function of (seed, epoch, position), as `schemas/sampling.md` says.
public struct SampleOrder: Sendable, Equatable {
    /// Rows of each shard.
    public let shardRows: [Int]
    /// Shards that are shuffled together.
    public let window: Int
    public let seed: UInt64
    /// Rows of the set.
    public let count: Int
    let starts: [Int]

    public static let defaultWindow = 16

    public init(shardRows: [Int], window: Int = defaultWindow, seed: UInt64) {
        precondition(window > 0, "a window has at least one shard")
        (self.shardRows, self.window, self.seed) = (shardRows, window, seed)
        starts = shardRows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        count = starts[starts.count - 1]
    }

    /// The shard of a row.
    public func shard(of row: Int) -> Int {
        var (low, high) = (0, shardRows.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }
}

extension Range<Int> {
    /// The part of these members that a reader has: equal parts to one, in order.
    public func slice(reader: Int, of readers: Int) -> Range<Int> {
        precondition(reader >= 0 && reader < readers, "a reader of those there are")
        return lowerBound + count * reader / readers..<lowerBound + count * (reader + 1) / readers
    }
}
