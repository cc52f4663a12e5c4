extension WordPieceTokenizer {
    /// The pieces of a text with their offsets, without special tokens around it. The ids are those of `tokenize`.
    public func align(_ text: String) -> AlignedPieces { align(text.utf8Span) }

    /// The pieces of a text with their offsets, without special tokens around it. The ids are those of `tokenize`.
    public func align(_ text: UTF8Span) -> AlignedPieces {
        var sink = PieceSink(self, OffsetTrace(maximumLength: settings.maximumWordLength))
        read(text.span, &sink)
        let trace = sink.trace
        return AlignedPieces(ids: sink.ids, offsets: trace.offsets, words: trace.words, isSpecial: trace.isSpecial)
    }

    /// As `windows` of UTF-8.
    /// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`, `invalidStride`.
    public func windows(
        _ text: String, pair: String? = nil, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst,
        stride: Int? = nil
    ) throws(WordPieceError) -> [AlignedEncoding] {
        guard let pair else {
            return try windows(text.utf8Span, maximumLength: maximumLength, truncation: truncation, stride: stride)
        }
        return try windows(
            text.utf8Span, pair: pair.utf8Span, maximumLength: maximumLength, truncation: truncation, stride: stride)
    }

    /// As `encode`, with offsets, words and, if asked for, what does not fit.
    ///
    /// - Parameters:
    ///   - maximumLength: of all ids of a window, special tokens included.
    ///   - stride: as of `windowParts`. `nil`: what is too long is cut.
    /// - Returns: at least one window.
    /// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`, `invalidStride`.
    public func windows(
        _ text: UTF8Span, pair: UTF8Span? = nil, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst,
        stride: Int? = nil
    ) throws(WordPieceError) -> [AlignedEncoding] {
        let first = align(text)
        let second: AlignedPieces? = if let pair { align(pair) } else { nil }
        let parts = try windowParts(
            first.ids.count, second?.ids.count, maximumLength: maximumLength, truncation, stride: stride)
        return parts.map { part in
            var window = AlignedEncoding(wasTruncated: part.first.count + part.second.count < first.ids.count + (second?.ids.count ?? 0))
            window.append(special: classID, type: 0)
            window.append(first, part.first, type: 0)
            window.append(special: separatorID, type: 0)
            if let second {
                window.append(second, part.second, type: 1)
                window.append(special: separatorID, type: 1)
            }
            return window
        }
    }
}
