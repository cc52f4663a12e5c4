/// What a tokenizer makes of one example: with its special tokens, and with no pads.
public struct TokenSequence: Sendable, Equatable {
    public var ids: [Int32]
    /// Segment of each token: 0, and 1 from the second text on.
    public var types: [UInt8]

    public init(ids: [Int32], types: [UInt8]) {
        (self.ids, self.types) = (ids, types)
    }
}
