/// The pieces of a text, and where each comes from.
public struct AlignedPieces: Sendable, Equatable {
    public var ids: [Int32] = []
    /// For each id the bytes of the UTF-8 text, whole characters always; starts and ends never go back.
    ///
    /// What normalisation removes (accents, control characters) belongs to no piece, but may lie within one.
    public var offsets: [Range<Int>] = []
    /// For each id the number of its word, from 0; punctuation marks, ideographs and special tokens are words.
    public var words: [Int32] = []
    /// For each id whether it is a special token that stands in the text.
    public var isSpecial: [Bool] = []
}

/// The ids of a sequence or a pair with special tokens, and where each comes from.
public struct AlignedEncoding: Sendable, Equatable {
    /// As `Encoding`.
    public var ids: [Int32] = []
    public var types: [UInt8] = []
    public var wasTruncated = false
    /// For each id the bytes of its text (the first or the second, by its type); 0..<0 for tokens that were added.
    public var offsets: [Range<Int>] = []
    /// For each id the number of its word in its text, before anything was cut; `nil` for tokens that were added.
    public var words: [Int32?] = []
    /// For each id whether it is a special token, added or found in the text.
    public var isSpecial: [Bool] = []

    /// A text without special tokens around it.
    public init(_ pieces: AlignedPieces) { append(pieces, pieces.ids.indices, type: 0) }

    init(wasTruncated: Bool) { self.wasTruncated = wasTruncated }

    /// The ids of each word that may be masked as a whole (Devlin et al., whole word masking): all but special tokens.
    public var maskableSpans: [Range<Int>] {
        var spans: [Range<Int>] = []
        for index in ids.indices where !isSpecial[index] {
            if let last = spans.last, last.upperBound == index, words[index] == words[index - 1], types[index] == types[index - 1] {
                spans[spans.count - 1] = last.lowerBound..<index + 1
            } else {
                spans.append(index..<index + 1)
            }
        }
        return spans
    }

    mutating func append(special id: Int32, type: UInt8) {
        ids.append(id)
        types.append(type)
        offsets.append(0..<0)
        words.append(nil)
        isSpecial.append(true)
    }

    mutating func append(_ pieces: AlignedPieces, _ part: Range<Int>, type: UInt8) {
        ids += pieces.ids[part]
        types += repeatElement(type, count: part.count)
        offsets += pieces.offsets[part]
        words += pieces.words[part].map { $0 }
        isSpecial += pieces.isSpecial[part]
    }
}
