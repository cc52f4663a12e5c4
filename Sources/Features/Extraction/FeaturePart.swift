/// One of several equal parts of a cache's shards, each filled by a process of its own.
public struct FeaturePart: Sendable, Equatable {
    /// From 1.
    public let index: Int
    public let count: Int

    /// `2/4` as the second of four; nil where it is none.
    public init?(_ text: String) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count <= 100_000, index > 0, index <= count else { return nil }
        (self.index, self.count) = (index, count)
    }

    /// Those of so many shards.
    func shards(of total: Int) -> Range<Int> { total * (index - 1) / count..<total * index / count }

    /// Parts stand beside the shards of the cache that is going to be.
    static let folder = "parts"
    var name: String { "\(index)-of-\(count)" }
}
