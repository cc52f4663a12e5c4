extension WordPieceTokenizer {
    /// The pieces of a text with their offsets, without special tokens around it. The ids are those of `tokenize`.
    public func align(_ text: String) -> AlignedPieces { align(text.utf8Span) }

    /// The pieces of a text with their offsets, without special tokens around it. The ids are those of `tokenize`.
    public func align(_ text: UTF8Span) -> AlignedPieces {
        var word = WordBuffer(maximumLength: settings.maximumWordLength)
        var trace = OffsetTrace(maximumLength: settings.maximumWordLength)
        var ids: [Int32] = []
        append(text.span, &word, &trace, to: &ids)
        return AlignedPieces(ids: ids, offsets: trace.offsets, words: trace.words, isSpecial: trace.isSpecial)
    }

    /// As `encode`, with offsets, words and, if asked for, what does not fit.
    ///
    /// - Parameters:
    ///   - maximumLength: of all ids of a window, special tokens included.
    ///   - stride: a text that is too long gives several windows, each of which repeats so many pieces of the one before;
    ///     of a pair the side that `truncation` names is cut so, and the other stands in each. `nil`: what is too long is cut.
    /// - Returns: at least one window.
    /// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`, `invalidStride`.
    public func windows(
        _ text: UTF8Span, pair: UTF8Span? = nil, maximumLength: Int? = nil, truncation: TruncationStrategy = .longestFirst,
        stride: Int? = nil
    ) throws(WordPieceError) -> [AlignedEncoding] {
        let first = align(text)
        let second: AlignedPieces? = if let pair { align(pair) } else { nil }
        let counts = try truncatedCounts(first.ids.count, second?.ids.count, maximumLength: maximumLength, truncation)
        if stride != nil, second != nil, truncation == .longestFirst { throw .invalidStride(stride!, problem: .strategy) }
        if let stride, stride < 0 { throw .invalidStride(stride, problem: .negative) }

        /// The windows over a side of which so many pieces fit.
        func parts(_ count: Int, fitting: Int) throws(WordPieceError) -> [Range<Int>] {
            guard fitting < count, let stride else { return [0..<fitting] }
            guard stride < fitting else { throw .invalidStride(stride, problem: .room(fitting)) }
            var parts = [0..<fitting]
            while parts.last!.upperBound < count {
                let start = parts.last!.upperBound - stride
                parts.append(start..<min(start + fitting, count))
            }
            return parts
        }
        let wasTruncated = counts != (first.ids.count, second?.ids.count ?? 0)
        var windows: [AlignedEncoding] = []
        for part in try parts(first.ids.count, fitting: counts.0) {
            for other in try parts(second?.ids.count ?? 0, fitting: counts.1) {
                var window = AlignedEncoding(wasTruncated: wasTruncated)
                window.append(special: classID, type: 0)
                window.append(first, part, type: 0)
                window.append(special: separatorID, type: 0)
                if let second {
                    window.append(second, other, type: 1)
                    window.append(special: separatorID, type: 1)
                }
                windows.append(window)
            }
        }
        return windows
    }
}
