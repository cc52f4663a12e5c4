/// The ids of a sequence or a pair, with special tokens.
public struct Encoding: Sendable, Equatable {
    public var ids: [Int32]
    /// For each id 0, or 1 from the second sequence on.
    public var types: [UInt8]
    /// Whether pieces were left out to keep to the maximum length.
    public var wasTruncated: Bool

    public init(ids: [Int32], types: [UInt8], wasTruncated: Bool) {
        self.ids = ids
        self.types = types
        self.wasTruncated = wasTruncated
    }
}
