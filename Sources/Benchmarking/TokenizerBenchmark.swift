import Files
import Kernels
public import Pipelines
import Records
import Synchronization
import WordPiece

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `limbeck bench tokenizer`: how fast lines become ids, from memory to memory.
public enum TokenizerBenchmark {
    private struct Report: Codable {
        struct Passes: Codable {
            /// The text is seen for the first time.
            var coldSeconds: Double
            /// The median of three times more.
            var warmSeconds: Double
            var count: Int?
        }

        /// Of the text without line ends.
        var bytes: Int
        var lines: Int
        var ids: Int
        /// XXH3-64 of all ids.
        var checksum: String
        /// Processor time.
        var oneThread: Passes
        /// Wall time.
        var threads: Passes?
    }

    /// Prints the figures as JSON.
    public static func run(_ path: String, vocabulary: String, work: Work) throws(PipelinesError) {
        let tokenizer = try TokenizerFolder(vocabulary).tokenizer
        let text = try text(path)
        let blocks = blocks(of: text)
        let one = passes(tokenizer, text, blocks, on: .one, clock: CLOCK_THREAD_CPUTIME_ID)
        var ids: [Int32] = []
        let encoder = BlockEncoder(tokenizer)
        for block in blocks {
            encoder.encode(text.span.extracting(block))
            ids += encoder.ids
        }
        var report = Report(
            bytes: text.count - text.count { $0 == newline }, lines: lineRanges(text).count, ids: ids.count,
            checksum: String(unsafe ids.withUnsafeBytes { unsafe ContentHash.xxh3_64($0) }, radix: 16), oneThread: one)
        if work.workers.count > 1 {
            report.threads = passes(tokenizer, text, blocks, on: work.workers, clock: CLOCK_MONOTONIC)
            report.threads?.count = work.workers.count
        }
        let json = report.json(pretty: true)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(json) }
    }

    /// Bytes a second of a further pass over a text, by the clock.
    static func rate(_ path: String, vocabulary: String, on workers: Workers) throws(PipelinesError) -> Double {
        let tokenizer = try TokenizerFolder(vocabulary).tokenizer
        let text = try text(path)
        return Double(text.count) / passes(tokenizer, text, blocks(of: text), on: workers, clock: CLOCK_MONOTONIC).warmSeconds
    }

    private static func text(_ path: String) throws(PipelinesError) -> [UInt8] {
        let text = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(path) }
        guard (try? UTF8Span(validating: text.span)) != nil else { throw .usage("'\(path)' is not UTF-8; give other text") }
        return text
    }

    /// Whole lines, of some 64 KiB, so that a block and its ids stay near the processor.
    private static func blocks(of text: [UInt8]) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        while start < text.count {
            let least = min(start + 1 << 16, text.count)
            let end = text[least...].firstIndex(of: newline).map { $0 + 1 } ?? text.count
            blocks.append(start..<end)
            start = end
        }
        return blocks
    }

    private static func passes(
        _ tokenizer: WordPieceTokenizer, _ text: [UInt8], _ blocks: [Range<Int>], on workers: Workers, clock: clockid_t
    ) -> Report.Passes {
        let encoders = (0..<workers.count).map { _ in ThreadEncoder(encoder: BlockEncoder(tokenizer)) }
        let seconds = (0..<4).map { _ in
            let start = time(clock)
            let next = Atomic(0)
            workers.run(workers.count) { thread in
                let encoder = unsafe encoders[thread].encoder
                while true {
                    let block = next.add(1, ordering: .relaxed).oldValue
                    guard block < blocks.count else { return }
                    encoder.encode(text.span.extracting(blocks[block]))
                }
            }
            return time(clock) - start
        }
        return Report.Passes(coldSeconds: seconds[0], warmSeconds: seconds[1...].sorted()[1])
    }

    private static func time(_ clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Safety: each is used by one task at a time.
private struct ThreadEncoder: Sendable {
    nonisolated(unsafe) let encoder: BlockEncoder
}

/// An encoder and its buffer of ids.
private final class BlockEncoder {
    private var encoder: WordPieceEncoder
    private(set) var ids: [Int32] = []
    private var ends: [Int] = []

    init(_ tokenizer: WordPieceTokenizer) { encoder = WordPieceEncoder(tokenizer) }

    func encode(_ block: Span<UInt8>) {
        ids.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        guard let text = try? UTF8Span(validating: block) else { preconditionFailure("the text is UTF-8") }
        encoder.append(lines: text, to: &ids, ends: &ends)
    }
}
