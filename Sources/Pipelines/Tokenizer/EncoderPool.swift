package import Corpora
import Synchronization
package import Tokens
package import WordPiece

/// Encoders that threads borrow, each of which remembers what it met.
package final class EncoderPool: Sendable {
    private let tokenizer: WordPieceTokenizer
    private let encoders = Mutex<[SharedEncoder]>([])

    package init(_ tokenizer: WordPieceTokenizer) { self.tokenizer = tokenizer }

    package func withEncoder<Result, Failure: Error>(_ body: (SequenceEncoder) throws(Failure) -> Result) throws(Failure) -> Result {
        let shared = encoders.withLock { $0.popLast() } ?? SharedEncoder(encoder: SequenceEncoder(tokenizer))
        defer { encoders.withLock { $0.append(shared) } }
        return try unsafe body(shared.encoder)
    }

    /// The sequences of a sentence whose words are labelled; one that is too long becomes several, so that no word is lost.
    package func sequences(ofWords sentence: Example, _ labels: LabelSet, maximumLength: Int) -> [TokenSequence] {
        withEncoder { $0.sequences(words: sentence.words ?? [], tags: labels.tags(of: sentence), maximumLength: maximumLength) }
    }

    /// - Parameter labels: of the data; where words are labelled, they are what is encoded, and `truncation` and `stride` have no part in it.
    package func sequences(
        of example: Example, _ labels: LabelSet = .none, maximumLength: Int?, truncation: TruncationStrategy = .longestFirst, stride: Int? = nil
    ) throws(PipelinesError) -> [TokenSequence] {
        if labels.isOfWords { return sequences(ofWords: example, labels, maximumLength: maximumLength ?? .max) }
        return try withEncoder { encoder throws(PipelinesError) in
            try lift(PipelinesError.wordPiece) { () throws(WordPieceError) in
                guard let pair = example.pair else {
                    return try encoder.sequences(
                        example.text.utf8Span, pair: nil, maximumLength: maximumLength, truncation: truncation, stride: stride)
                }
                return try encoder.sequences(
                    example.text.utf8Span, pair: pair.utf8Span, maximumLength: maximumLength, truncation: truncation, stride: stride)
            }
        }
    }
}

/// Safety: taken out of the pool by one thread at a time.
private struct SharedEncoder: Sendable {
    nonisolated(unsafe) let encoder: SequenceEncoder
}

/// Makes token sequences of texts.
package final class SequenceEncoder {
    private var encoder: WordPieceEncoder

    package init(_ tokenizer: WordPieceTokenizer) { encoder = WordPieceEncoder(tokenizer) }

    /// The ids of a text, without special tokens.
    package func ids(_ text: UTF8Span) -> [Int32] {
        var ids: [Int32] = []
        encoder.append(text, to: &ids)
        return ids
    }

    package var tokenizer: WordPieceTokenizer { encoder.tokenizer }

    /// The sequences of a sentence that stands in words, each encoded by itself; cut between words where it is too long. A word of which
    /// the tokenizer leaves nothing is unknown, so that each has a first piece; pieces beyond a whole sequence of one word are left out.
    ///
    /// - Parameter tags: of each word.
    package func sequences(words: [String], tags: [Int32]?, maximumLength: Int) -> [TokenSequence] {
        let (first, last, limit) = (encoder.tokenizer.classID, encoder.tokenizer.separatorID, max(1, maximumLength - 2))
        var sequences: [TokenSequence] = []
        var (ids, labels): ([Int32], [Int32]) = ([], [])
        func close() {
            guard !ids.isEmpty else { return }
            let types = [UInt8](repeating: 0, count: ids.count + 2)
            sequences.append(TokenSequence(ids: [first] + ids + [last], types: types, tags: tags == nil ? nil : [-1] + labels + [-1]))
            (ids, labels) = ([], [])
        }
        for (index, word) in words.enumerated() {
            var pieces = self.ids(word.utf8Span)
            if pieces.isEmpty { pieces = [encoder.tokenizer.unknownID] }
            pieces = Array(pieces.prefix(limit))
            if ids.count + pieces.count > limit { close() }
            ids += pieces
            labels += [tags?[index] ?? -1] + Array(repeating: -1, count: pieces.count - 1)
        }
        close()
        return sequences
    }

    /// One sequence, or with a stride as many as a long text needs.
    package func sequences(
        _ text: UTF8Span, pair: UTF8Span?, maximumLength: Int?, truncation: TruncationStrategy = .longestFirst, stride: Int? = nil
    ) throws(WordPieceError) -> [TokenSequence] {
        var first: [Int32] = []
        encoder.append(text, to: &first)
        var second: [Int32]?
        if let pair {
            var ids: [Int32] = []
            encoder.append(pair, to: &ids)
            second = ids
        }
        let parts = try windowParts(first.count, second?.count, maximumLength: maximumLength, truncation, stride: stride)
        let tokenizer = encoder.tokenizer
        return parts.map { part in
            var ids = [tokenizer.classID] + first[part.first] + [tokenizer.separatorID]
            var types = [UInt8](repeating: 0, count: ids.count)
            if let second {
                ids += second[part.second] + [tokenizer.separatorID]
                types += repeatElement(1, count: ids.count - types.count)
            }
            return TokenSequence(ids: ids, types: types)
        }
    }
}
