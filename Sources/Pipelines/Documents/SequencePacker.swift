import Documents
import Sentences
import WordPiece

/// Packs the sentences of a document into sequences, as many into one as fit; none crosses a document.
struct SequencePacker: Sendable {
    let splitter: SentenceSplitter
    /// Of a sequence, with [CLS] and [SEP].
    let maximumLength: Int

    /// The ids of each sequence, without special tokens. A sentence that is too long for one is cut.
    func pack(_ document: Document, _ encoder: SequenceEncoder) -> [[Int32]] {
        let room = maximumLength - 2
        var sequences: [[Int32]] = []
        var current: [Int32] = []
        for sentence in splitter.ranges(in: document.text.span) {
            var ids = ids(of: document.text.span.extracting(sentence), encoder)[...]
            if current.count + ids.count > room, !current.isEmpty {
                sequences.append(current)
                current = []
            }
            while ids.count > room {
                sequences.append(Array(ids.prefix(room)))
                ids = ids.dropFirst(room)
            }
            current += ids
        }
        if !current.isEmpty { sequences.append(current) }
        return sequences
    }

    private func ids(of sentence: Span<UInt8>, _ encoder: SequenceEncoder) -> [Int32] {
        if let text = try? UTF8Span(validating: sentence) { return encoder.ids(text) }
        let repaired = unsafe sentence.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        return encoder.ids(repaired.utf8Span)
    }
}
