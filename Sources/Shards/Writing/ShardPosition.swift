/// Where a shard begins in a set.
public struct ShardPosition: Codable, Sendable, Equatable {
    public var ordinal: Int
    public var row: Int

    public init(ordinal: Int, row: Int) { (self.ordinal, self.row) = (ordinal, row) }
}
