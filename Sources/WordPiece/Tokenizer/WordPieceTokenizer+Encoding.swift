extension WordPieceTokenizer {
    /// `[CLS] text [SEP]`, or `[CLS] text [SEP] pair [SEP]`, cut to a length.
    ///
    /// Of a pair the longer side is cut first (`longest_first`); when both must be cut they share what there is,
    /// and of an odd number the longer side gets the more, of equal sides the second.
    /// - Parameter maximumLength: of all ids, special tokens included.
    /// - Throws: `maximumLengthTooSmall`.
    public func encode(
        _ text: String, pair: String? = nil, maximumLength: Int? = nil
    ) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(text), pair: pair.map { tokenize($0) }, maximumLength: maximumLength)
    }

    /// As `encode(_:pair:maximumLength:)`, of UTF-8.
    /// - Throws: `invalidUTF8`, `maximumLengthTooSmall`.
    public func encode(utf8: Span<UInt8>, maximumLength: Int? = nil) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(utf8: utf8), maximumLength: maximumLength)
    }

    /// As `encode(_:pair:maximumLength:)`, of UTF-8.
    /// - Throws: `invalidUTF8`, `maximumLengthTooSmall`.
    public func encode(
        utf8: Span<UInt8>, pair: Span<UInt8>, maximumLength: Int? = nil
    ) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(utf8: utf8), pair: tokenize(utf8: pair), maximumLength: maximumLength)
    }

    /// Cuts what `tokenize` gave and puts the special tokens around it.
    /// - Throws: `maximumLengthTooSmall`.
    public func assemble(
        _ first: [Int32], pair second: [Int32]? = nil, maximumLength: Int? = nil
    ) throws(WordPieceError) -> Encoding {
        let specials = second == nil ? 2 : 3
        var counts = (first.count, second?.count ?? 0)
        if let maximumLength {
            guard maximumLength >= specials else {
                throw .maximumLengthTooSmall(maximumLength: maximumLength, minimum: specials)
            }
            counts = truncatedCounts(counts.0, second?.count, budget: maximumLength - specials)
        }
        var ids: [Int32] = []
        ids.reserveCapacity(counts.0 + counts.1 + specials)
        ids.append(classID)
        ids += first.prefix(counts.0)
        ids.append(separatorID)
        var types = [UInt8](repeating: 0, count: ids.count)
        if let second {
            ids += second.prefix(counts.1)
            ids.append(separatorID)
            types += repeatElement(1, count: counts.1 + 1)
        }
        return Encoding(ids: ids, types: types, wasTruncated: counts != (first.count, second?.count ?? 0))
    }
}

/// How much remains of a sequence, or of each side of a pair, within a budget.
func truncatedCounts(_ first: Int, _ second: Int?, budget: Int) -> (Int, Int) {
    guard let second else { return (min(first, budget), 0) }
    if first + second <= budget { return (first, second) }
    let shorter = min(first, second, budget / 2)
    return first > second ? (budget - shorter, shorter) : (shorter, budget - shorter)
}
