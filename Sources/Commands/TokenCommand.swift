import Corpora
import Files
import Kernels
public import Pipelines
import Records
import Shards
import Synchronization
import Tokens
public import WordPiece

/// `limbeck tokenize --output`: token shards of lines or of a split, in the order of the input.
///
/// Killed and started again, it goes on after the last whole shard, and ends with the same bytes.
public struct TokenCommand: Sendable {
    public struct Options: Sendable {
        /// Of all ids of a sequence, special tokens included.
        public var maximumLength = 512
        public var truncation = TruncationStrategy.longestFirst
        /// A text that is too long gives several sequences, each repeating so many pieces of the one before; `nil` cuts it.
        public var stride: Int?
        /// Of lines: a tab parts two texts.
        public var hasPairs = false
        /// Of lines.
        public var invalidText = InvalidText.replace

        public init() {}
    }

    let tokenizer: TokenizerFolder
    let options: Options
    let output: String
    let work: Work

    public init(vocabulary: String, options: Options, output: String, work: Work) throws(PipelinesError) {
        guard !output.isEmpty else { throw .usage("--output is empty; give a folder") }
        tokenizer = try TokenizerFolder(vocabulary)
        (self.options, self.output, self.work) = (options, output, work)
    }

    /// - Returns: how many lines were not usable, which have no sequence, or not wholly.
    public func run(lines path: String) throws(PipelinesError) -> Int {
        guard path != "-" else { throw .usage("--output needs a file that can be read again to go on, not the standard input") }
        let (hash, total) = try lift(PipelinesError.files) { () throws(FilesError) in (try ContentHash.file(path), try Folder.size(path)) }
        let facts = "pairs=\(options.hasPairs) invalid=\(options.invalidText.rawValue)"
        return try fill(corpus: hash, facts: facts, labels: .none) { output throws(PipelinesError) in
            let done = Atomic(0)
            let observer = work.observer
            let run = try FilterRun<LineSequences>(path, longestLine: longestLine, work: work) { block throws(PipelinesError) in
                for (line, sequence) in block.sequences { try output.append(sequence, label: .none, exampleID: line - 1) }
                let sum = done.add(block.byteCount, ordering: .relaxed).newValue
                observer.report(ProgressEvent(stage: "tokens", unit: "MB", done: sum / 1_000_000, total: total / 1_000_000))
            }
            let (tokenizer, options) = (tokenizer.tokenizer, options)
            return try run.run { SequenceFilter(tokenizer, options) }
        }
    }

    /// - Returns: how many records were unusable and skipped.
    public func run(corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        let hash = ContentHash()
        hash.update(corpus.descriptor.canonical(of: split))
        hash.update(try corpus.hash(split))
        let labels = corpus.descriptor.labelSet
        guard !labels.isOfWords || options.stride == nil else {
            throw .usage("--stride: a sentence whose words are labelled is cut between words, and none of them stands twice; leave it out")
        }
        return try fill(corpus: hash.hex128(), facts: "", labels: labels) { output throws(PipelinesError) in
            let result = try corpus.read(split)
            let rejects = RejectList.show(result, of: split, work.printer)
            let (examples, options, pool) = (result.examples, options, EncoderPool(tokenizer.tokenizer))
            for start in stride(from: 0, to: examples.count, by: 4096) {
                if work.observer.isInterrupted() { throw .interrupted(stage: "tokens") }
                let rows = start..<min(start + 4096, examples.count)
                let sequences = try Batches.map(rows.count, on: work.workers) { index throws(PipelinesError) in
                    try pool.sequences(
                        of: examples[rows.lowerBound + index], labels, maximumLength: options.maximumLength, truncation: options.truncation,
                        stride: options.stride)
                }
                for (row, some) in zip(rows, sequences) {
                    for sequence in some { try output.append(sequence, label: labels.label(of: examples[row]), exampleID: result.index(of: examples[row])) }
                }
                work.observer.report(ProgressEvent(stage: "tokens", unit: "examples", done: rows.upperBound, total: examples.count))
            }
            return rejects
        }
    }

    /// Fills the output, unless it was filled from the same before.
    ///
    /// - Parameter body: appends all sequences from the first on, and returns how many rejects there were.
    private func fill(
        corpus: String, facts: String, labels: LabelSet, _ body: (SequenceOutput) throws(PipelinesError) -> Int
    ) throws(PipelinesError) -> Int {
        var attributes = [
            "tokenizer": tokenizer.facts, "maxLength": "\(options.maximumLength)", "truncation": options.truncation.rawValue,
            "stride": options.stride.map { "\($0)" } ?? "none",
        ]
        if !facts.isEmpty { attributes["lines"] = facts }
        let fingerprints = ["corpus": corpus, "vocabulary": tokenizer.vocabularyHash]
        if ShardSet.isSealed(output) { return try rejectsOfFinished(TokenWriter.identity(labels: labels, fingerprints: fingerprints, attributes: attributes)) }
        try ShardOutput.check(output, command: "tokens")
        let writer = try lift(PipelinesError.tokens) { () throws(TokensError) in
            try TokenWriter(folder: output, labels: labels, fingerprints: fingerprints, attributes: attributes)
        }
        let sequences = SequenceOutput(writer)
        let rejects = try body(sequences)
        try sequences.seal(attributes: [Self.rejects: "\(rejects)"])
        work.printer.note("tokens: \(sequences.count) sequences, \(output)")
        return rejects
    }

    private static let rejects = "rejects"

    private func rejectsOfFinished(_ identity: ShardIdentity) throws(PipelinesError) -> Int {
        let shards = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: output) }
        let differences = identity.differences(from: shards.identity)
        guard differences.isEmpty else {
            throw .stage("tokens", problem: "'\(output)' was filled from something else: \(differences.joined(separator: "; ")); give another folder")
        }
        work.printer.note("tokens: was finished before, \(output)")
        let rejects = shards.attributes[Self.rejects].flatMap { Int($0) } ?? 0
        if rejects > 0 { work.printer.warn("tokens: \(rejects) records were unusable, or not wholly usable, when they were made") }
        return rejects
    }
}

/// Where sequences go, from the first on; those that are there already are not written again.
private final class SequenceOutput: Sendable {
    private struct State {
        let writer: TokenWriter
        var count = 0
    }

    private let state: Mutex<State>

    init(_ writer: sending TokenWriter) { state = Mutex(State(writer: writer)) }

    var count: Int { state.withLock { $0.count } }

    func append(_ sequence: TokenSequence, label: Label, exampleID: Int) throws(PipelinesError) {
        try state.withLock { state throws(PipelinesError) in
            state.count += 1
            guard state.count > state.writer.committedRows else { return }
            do throws(TokensError) { try state.writer.append(sequence, label: label, exampleID: exampleID) } catch { throw .tokens(error) }
        }
    }

    func seal(attributes: [String: String]) throws(PipelinesError) {
        try state.withLock { state throws(PipelinesError) in
            do throws(TokensError) { try state.writer.seal(attributes: attributes) } catch { throw .tokens(error) }
        }
    }
}
