extension WordPieceTokenizer {
    /// `[CLS] text [SEP]`, or `[CLS] text [SEP] pair [SEP]`, cut to a length.
    ///
    /// - Parameter maximumLength: of all ids, special tokens included.
    /// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`.
    public func encode(
        _ text: String, pair: String? = nil, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst
    ) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(text), pair: pair.map { tokenize($0) }, maximumLength: maximumLength, truncation: truncation)
    }

    /// As `encode(_:pair:maximumLength:truncation:)`, of UTF-8.
    /// - Throws: `invalidUTF8`, `maximumLengthTooSmall`, `nothingToTruncate`.
    public func encode(utf8: Span<UInt8>, maximumLength: Int? = nil) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(utf8: utf8), maximumLength: maximumLength)
    }

    /// As `encode(_:pair:maximumLength:truncation:)`, of UTF-8.
    /// - Throws: `invalidUTF8`, `maximumLengthTooSmall`, `nothingToTruncate`.
    public func encode(
        utf8: Span<UInt8>, pair: Span<UInt8>, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst
    ) throws(WordPieceError) -> Encoding {
        try assemble(tokenize(utf8: utf8), pair: tokenize(utf8: pair), maximumLength: maximumLength, truncation: truncation)
    }

    /// Cuts what `tokenize` gave and puts the special tokens around it.
    /// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`.
    public func assemble(
        _ first: [Int32], pair second: [Int32]? = nil, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst
    ) throws(WordPieceError) -> Encoding {
        let counts = try truncatedCounts(first.count, second?.count, maximumLength: maximumLength, truncation)
        var ids: [Int32] = []
        ids.reserveCapacity(counts.0 + counts.1 + 3)
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
