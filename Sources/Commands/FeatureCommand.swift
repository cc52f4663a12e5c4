import BERT
import Corpora
import Features
import Files
public import Pipelines
import Records
import Tokens
import WordPiece

/// `limbeck features`: a cache of a model's states on lines or on a split, in the order of the input.
public struct FeatureCommand: Sendable {
    let model: BERTModel
    let modelFolder: String
    let tokenizer: TokenizerFolder
    let specification: FeatureSpecification
    let maximumLength: Int
    let output: String
    /// The part to fill; nil fills all, and takes over what parts have.
    let part: FeaturePart?
    /// Whether the cost is printed in place of filling the cache.
    let estimates: Bool
    let work: Work

    public init(
        model folder: String, layers: [Int]?, tensors: String, precision: String, maximumLength: Int?, output: String?,
        shardMebibytes: Int = 64, part: String?, estimates: Bool, work: Work
    ) throws(PipelinesError) {
        guard let precision = Precision(rawValue: precision) else { throw Self.unknown("--precision", precision, Precision.allCases.map(\.rawValue)) }
        let words = tensors.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let names = Tensor.allCases.map(\.rawValue)
        if let word = words.first(where: { !names.contains($0) }) { throw Self.unknown("--tensors", word, names) }
        let tensors = words.compactMap(Tensor.init)
        let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder, on: work.workers) }
        tokenizer = try TokenizerFolder(folder)
        let positions = model.configuration.maximumPositions
        self.maximumLength = maximumLength ?? positions
        guard self.maximumLength <= positions else {
            throw .usage("--max-length \(self.maximumLength): the model has \(positions) positions")
        }
        guard self.maximumLength >= 3 else { throw .usage("--max-length is at least 3") }
        guard (1...1024).contains(shardMebibytes) else { throw .usage("--shard-mebibytes is a number from 1 to 1024") }
        guard estimates || output?.isEmpty == false else { throw .usage("--output is missing; give a folder, or --estimate") }
        try tokenizer.check(model.configuration, "the model")
        specification = try lift(PipelinesError.features) { () throws(FeaturesError) in
            let needsLayers = !Set(tensors).isDisjoint(with: [.hidden, .cls, .mean, .attention, .queryKeyValue])
            return try FeatureSpecification(
                layers: layers ?? (needsLayers ? Array(1...model.configuration.layerCount) : []), tensors: tensors, precision: precision,
                shardBytes: shardMebibytes << 20, of: model)
        }
        self.part = try part.map { text throws(PipelinesError) in
            guard let part = FeaturePart(text) else { throw .usage("--shards '\(text)' is no part; give i/n with i from 1 to n, as 2/4") }
            return part
        }
        (self.model, modelFolder, self.output, self.work) = (model, folder, output ?? "", work)
        self.estimates = estimates
    }

    private static func unknown(_ option: String, _ word: String, _ known: [String]) -> PipelinesError {
        .usage("\(option): '\(word)' is unknown\(suggestion(word, known)); there are \(known.joined(separator: ", "))")
    }

    /// - Returns: how many lines were unusable; a cache is refused then, since lines and rows would no longer match.
    public func run(lines path: String) throws(PipelinesError) -> Int {
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in try LineReader(path, isInterrupted: work.observer.isInterrupted) }
        var sequences: [TokenSequence] = []
        let hash = ContentHash()
        while let line = try lift(PipelinesError.files, { () throws(FilesError) in try reader.next() }) {
            hash.update(line + [0x0A])
            do {
                let encoding = try tokenizer.tokenizer.encode(utf8: line.span, maximumLength: maximumLength)
                sequences.append(TokenSequence(ids: encoding.ids, types: encoding.types))
            } catch {
                throw .stage("features", problem: "\(path), line \(sequences.count + 1): \(error.description)")
            }
        }
        guard !sequences.isEmpty else { throw .stage("features", problem: "\(path) has no lines") }
        try extract(FeatureSource(sequences), labels: .none, corpus: hash.hex128())
        return 0
    }

    /// - Returns: how many records were unusable and skipped.
    public func run(corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        let result = try corpus.read(split)
        let labels = corpus.descriptor.labelSet
        let (examples, maximum) = (result.examples, maximumLength)
        let pool = EncoderPool(tokenizer.tokenizer)
        // A sentence whose words are labelled may be several sequences.
        let parts = try Batches.map(examples.count, on: work.workers) { index throws(PipelinesError) in
            try pool.sequences(of: examples[index], labels, maximumLength: maximum)
        }
        let rows = zip(examples, parts).flatMap { example, parts in
            parts.map { (sequence: $0, label: labels.label(of: example), index: result.index(of: example)) }
        }
        let rejects = RejectList.show(result, of: split, work.printer)
        let source = FeatureSource(columns: TokenColumns.columns(labels), lengths: rows.map(\.sequence.ids.count)) { row in
            let (sequence, label, index) = rows[row]
            return (sequence, TokenColumns.bytes(sequence, label: label, exampleID: index, labels: labels))
        }
        let facts = ContentHash()
        facts.update(corpus.descriptor.canonical(of: split))
        facts.update(try corpus.hash(split))
        try extract(source, labels: labels, corpus: facts.hex128())
        return rejects
    }

    private func extract(_ source: FeatureSource, labels: LabelSet, corpus: String) throws(PipelinesError) {
        var order: [Int]?
        if specification.tensors.contains(.logits), labels != .none {
            order = try LabelMapping.order(of: labels, in: model.configuration, folder: modelFolder)
        }
        if estimates { return try estimate(source) }
        try ShardOutput.check(output, command: "features")
        let fingerprints = [
            "corpus": corpus, "teacher": try Pipeline.modelInputs("teacher", modelFolder).map(\.1).joined(separator: " "),
        ].merging(tokenizer.fingerprints(maximumLength: maximumLength)) { $1 }
        let (total, observer) = (source.lengths.count, work.observer)
        let extraction = FeatureExtraction(model: model, specification: specification, logitOrder: order, workers: work.workers) { done in
            observer.report(ProgressEvent(stage: "features", unit: "sequences", done: done, total: total))
            return observer.isInterrupted()
        }
        if let part {
            try lift(PipelinesError.features) { () throws(FeaturesError) in
                try extraction.run(part: part, source, fingerprints: fingerprints, labels: labels, into: output)
            }
            return work.printer.note("features: part \(part.index) of \(part.count) is filled; once all are, leave --shards out to put them together")
        }
        let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in
            try extraction.run(source, fingerprints: fingerprints, labels: labels, into: output)
        }
        work.printer.note("features: \(cache.count) sequences, layers \(cache.layers.map(String.init).joined(separator: ", ")), \(output)")
    }
}
