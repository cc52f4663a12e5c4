/// What a tokenizer makes of one example: with its special tokens, and with no pads.
public struct TokenSequence: Sendable, Equatable {
    public var ids: [Int32]
    /// Segment of each token: 0, and 1 from the second text on.
    public var types: [UInt8]
    /// The tag of each token that is the first piece of a word, -1 of others; nil where words have no tags.
    public var tags: [Int32]?

    public init(ids: [Int32], types: [UInt8], tags: [Int32]? = nil) {
        (self.ids, self.types, self.tags) = (ids, types, tags)
    }
}
