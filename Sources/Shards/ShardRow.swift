/// A row as it is handed to a writer: little-endian bytes of each column, in the schema's order.
public struct ShardRow: Sendable {
    /// Tokens.
    public var length: Int
    public var small: [[UInt8]]
    /// `length * width` numbers each.
    public var large: [[UInt8]]

    public init(length: Int, small: [[UInt8]], large: [[UInt8]] = []) {
        (self.length, self.small, self.large) = (length, small, large)
    }
}
