import Randomness

/// One epoch of a `SampleOrder`. Holds the permutation of one window, that which was asked for last.
public struct EpochOrder: Sendable {
    public let order: SampleOrder
    public let epoch: Int
    /// The first position of each window, and the number of positions.
    private let starts: [Int]
    private let shards: [Int]
    private var current: (window: Int, list: [Int], places: [Int])?

    public init(_ order: SampleOrder, epoch: Int) {
        precondition(epoch >= 0 && epoch < 1 << 24, "epochs are counted from 0")
        (self.order, self.epoch) = (order, epoch)
        let shards = permutation(count: order.shardRows.count, seed: order.seed, stream: Streams.order + UInt64(epoch))
        var starts = [0]
        for first in stride(from: 0, to: shards.count, by: order.window) {
            let rows = shards[first..<min(first + order.window, shards.count)].reduce(0) { $0 + order.shardRows[$1] }
            starts.append(starts[starts.count - 1] + rows)
        }
        (self.starts, self.shards) = (starts, shards)
    }

    public var windowCount: Int { starts.count - 1 }

    public func batchCount(size: Int) -> Int { (order.count + size - 1) / size }

    /// Positions of a batch; the last may be short.
    public func positions(batch: Int, size: Int) -> Range<Int> {
        batch * size..<min((batch + 1) * size, order.count)
    }

    /// The window that holds a position.
    public func window(of position: Int) -> Int {
        var (low, high) = (0, windowCount)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= position { low = middle } else { high = middle }
        }
        return low
    }

    /// The shards of a window, ascending.
    public func shards(of window: Int) -> [Int] {
        shards[window * order.window..<min((window + 1) * order.window, shards.count)].sorted()
    }

    /// The rows of a window, ascending: where one window holds all, the order does not depend on the shards.
    public mutating func list(of window: Int) -> [Int] {
        load(window)
        return current?.list ?? []
    }

    public mutating func row(at position: Int) -> Int {
        let window = window(of: position)
        load(window)
        guard let current else { preconditionFailure("loaded above") }
        return current.list[current.places[position - starts[window]]]
    }

    public mutating func rows(_ positions: Range<Int>) -> [Int] { positions.map { row(at: $0) } }

    private mutating func load(_ window: Int) {
        if current?.window == window { return }
        let list = shards(of: window).flatMap { Array(order.starts[$0]..<order.starts[$0 + 1]) }
        let stream = Streams.rows + UInt64(epoch) << 24 + UInt64(window)
        current = (window, list, permutation(count: list.count, seed: order.seed, stream: stream))
    }
}
