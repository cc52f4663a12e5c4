import Corpora
import Files
import Kernels
public import Pipelines
import Records
import Synchronization
public import WordPiece

/// `limbeck vocabulary`: a WordPiece vocabulary trained on lines or on a split, as a folder that every command reads.
public struct VocabularyCommand: Sendable {
    public struct Options: Sendable {
        public var settings = WordPieceSettings()
        public var trainer: VocabularyTrainer
        /// Distinct words that are held; above that the rarest are forgotten.
        public var mostWords = 8_000_000

        public init(trainer: VocabularyTrainer) { self.trainer = trainer }
    }

    private static let chunkBytes = 64 << 20

    let options: Options
    let output: String
    let work: Work

    public init(options: Options, output: String, work: Work) throws(PipelinesError) {
        guard !output.isEmpty else { throw .usage("--output is empty; give a folder") }
        for name in ["vocab.txt", "tokenizer_config.json"] where Folder.hasEntry(output + "/" + name) {
            throw .usage("'\(output)/\(name)' is there already; give another folder")
        }
        for token in options.trainer.specialTokens where token.isEmpty || !WordPieceVocabulary.isLine(Array(token.utf8)) {
            throw .usage("--special '\(token)' can't be a line of a vocabulary; give a token without white space at its end")
        }
        (self.options, self.output, self.work) = (options, output, work)
    }

    /// - Returns: how many lines were unusable and skipped.
    public func run(lines paths: [String]) throws(PipelinesError) -> Int {
        var counts = WordCounts(options.settings)
        var rejects = 0
        for path in paths { rejects += try count(path, into: &counts) }
        try train(counts)
        return rejects
    }

    /// - Returns: how many records were unusable and skipped.
    public func run(corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        let result = try corpus.read(split, readsLabels: false)
        let rejects = RejectList.show(result, of: split, work.printer)
        var counts = WordCounts(options.settings)
        for example in result.examples {
            counts.add(example.text.utf8Span)
            if let pair = example.pair { counts.add(pair.utf8Span) }
        }
        try train(counts)
        return rejects
    }

    private func count(_ path: String, into counts: inout WordCounts) throws(PipelinesError) -> Int {
        let isInterrupted = work.observer.isInterrupted
        let rejects = RejectList(path, work.printer)
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in
            try LineBlockReader(path, longestLine: longestLine, isInterrupted: isInterrupted)
        }
        let total = path == "-" ? nil : try lift(PipelinesError.files) { () throws(FilesError) in try Folder.size(path) }
        var (line, done) = (1, 0)
        while true {
            var blocks: [[UInt8]] = []
            var size = 0
            while size < Self.chunkBytes, let block = try lift(PipelinesError.files, { () throws(FilesError) in try reader.next() }) {
                switch block {
                case .lines(let lines):
                    size += lines.count
                    blocks.append(lines)
                case .part(_, let isLast):
                    if isLast { rejects.add(line: line, LineProblem.tooLong(line).reason) }
                }
            }
            if blocks.isEmpty { break }
            let problems = count(blocks, into: &counts)
            for (block, problems) in zip(blocks, problems) {
                for problem in problems { rejects.add(line: line + problem, "the line is not UTF-8; convert it to UTF-8 first") }
                line += block.count { $0 == newline }
            }
            // After a fixed amount of text, so that what is forgotten does not depend on the threads.
            counts.prune(to: options.mostWords)
            done += size
            work.observer.report(
                ProgressEvent(stage: "words", unit: "MB", done: done / 1_000_000, total: (total ?? done) / 1_000_000))
        }
        rejects.close()
        return rejects.count
    }

    /// - Returns: for each block the lines, from 0, that are not UTF-8.
    private func count(_ blocks: [[UInt8]], into counts: inout WordCounts) -> [[Int]] {
        let settings = options.settings
        let found = Mutex<[WordCounts]>([])
        let problems = Mutex([[Int]](repeating: [], count: blocks.count))
        work.workers.run(blocks.count) { index in
            var mine = found.withLock { $0.popLast() } ?? WordCounts(settings)
            let block = blocks[index]
            let lines = block.span
            if let text = try? UTF8Span(validating: lines) {
                mine.add(text)
            } else {
                for (number, range) in lineRanges(block).enumerated() {
                    if let text = try? UTF8Span(validating: lines.extracting(range)) {
                        mine.add(text)
                    } else {
                        problems.withLock { $0[index].append(number) }
                    }
                }
            }
            let counted = mine
            found.withLock { $0.append(counted) }
        }
        for some in found.withLock({ $0 }) { counts.add(some) }
        return problems.withLock { $0 }
    }

    private func train(_ counts: WordCounts) throws(PipelinesError) {
        guard counts.runCount > 0 else { throw .stage("vocabulary", problem: "there are no words; give other text") }
        work.printer.note("vocabulary: \(counts.runCount) distinct words")
        guard let tokens = options.trainer.train(counts, isStopped: work.observer.isInterrupted) else { throw .stopped }
        if tokens.count < options.trainer.size {
            work.printer.warn("the text yields \(tokens.count) tokens, not \(options.trainer.size); give more of it, or a lower --min-frequency")
        }
        var settings = options.settings
        settings.additionalSpecialTokens += options.trainer.specialTokens
        let (lines, path) = (tokens.map { $0 + "\n" }.joined(), output)
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(path)
            try AtomicFile.write(Array(lines.utf8), to: path + "/vocab.txt")
        }
        try settings.write(into: path, maximumLength: 512)
        work.printer.note("vocabulary: \(tokens.count) tokens, \(path)/vocab.txt")
    }
}
