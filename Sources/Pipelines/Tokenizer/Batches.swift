package import Corpora
package import Kernels
import Synchronization
package import Tokens
package import WordPiece

/// Work on many texts at once, whose results stand in the order of the texts.
package enum Batches {
    package static func tokenise(
        _ examples: [Example], _ tokenizer: WordPieceTokenizer, maximumLength: Int?, on workers: Workers
    ) throws(PipelinesError) -> [TokenSequence] {
        let pool = EncoderPool(tokenizer)
        return try map(examples.count, on: workers) { index throws(PipelinesError) in
            try pool.sequences(of: examples[index], maximumLength: maximumLength)[0]
        }
    }

    /// Computes a value for each index on the workers, 64 at a time.
    package static func map<Value: Sendable>(
        _ count: Int, on workers: Workers, _ body: @Sendable (Int) throws(PipelinesError) -> Value
    ) throws(PipelinesError) -> [Value] {
        let spans = stride(from: 0, to: count, by: 64).map { $0..<min($0 + 64, count) }
        let results = Mutex([Result<[Value], PipelinesError>?](repeating: nil, count: spans.count))
        workers.run(spans.count) { index in
            let result: Result<[Value], PipelinesError>
            do throws(PipelinesError) {
                var values: [Value] = []
                for item in spans[index] { values.append(try body(item)) }
                result = .success(values)
            } catch { result = .failure(error) }
            results.withLock { $0[index] = result }
        }
        var values: [Value] = []
        for result in results.withLock({ $0 }) {
            guard let result else { preconditionFailure("every span was computed") }
            values += try result.get()
        }
        return values
    }
}
