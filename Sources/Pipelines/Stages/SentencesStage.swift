import Corpora
import Records
import Tokens
import WordPiece

extension Pipeline {
    /// Sentences whose words are labelled; one that is too long becomes several sequences, so that no word is lost.
    func writeSentences(
        _ sentences: [Example], _ result: ReadResult, _ labels: LabelSet, to writer: TokenWriter, split: String
    ) throws(PipelinesError) {
        let (pool, maximum) = (EncoderPool(tokenizer.tokenizer), settings.tokens.maximumLength)
        let parts = try Batches.map(sentences.count, on: workers) { index throws(PipelinesError) in
            pool.sequences(ofWords: sentences[index], labels, maximumLength: maximum)
        }
        let rows = zip(sentences, parts).flatMap { sentence, parts in parts.map { (result.index(of: sentence), $0) } }
        for (index, (example, sequence)) in rows.enumerated().dropFirst(writer.committedRows) {
            try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.append(sequence, label: .none, exampleID: example) }
            if index % 4096 == 0, observer.isInterrupted() { throw .interrupted(stage: "tokens") }
        }
        observer.report(ProgressEvent(stage: "tokens \(split)", unit: "sentences", done: sentences.count, total: sentences.count))
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal() }
    }
}
