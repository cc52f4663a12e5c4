import Corpora
import Files
import FoundationEssentials
import Randomness
import Records
import Shards
package import Tokens
package import Training

extension Pipeline {
    /// Reads, tokenises and stores each split; the training split in an order drawn from `tokens.shuffleSeed`.
    func tokenise(into path: String) throws(PipelinesError) -> [String] {
        var outputs: [String] = []
        var rejects: [UInt8] = []
        guard let corpus = settings.corpus else { preconditionFailure("a stage that is planned where there is a corpus") }
        for split in settings.splits {
            let result = try corpus.read(split)
            if settings.evaluate.splits.contains(split), result.examples.contains(where: { $0.label == nil }) {
                throw .stage(
                    "tokens", problem: "split '\(split)' of \(corpus.descriptor.name) has records without labels, and evaluate.splits names it")
            }
            for reject in result.rejects {
                rejects += RejectRecord(split: split, reject).json() + [0x0A]
            }
            let folder = path + "/" + split
            outputs.append(split + "/manifest.json")
            if ShardSet.isSealed(folder) { continue }
            try write(result, of: corpus, split: split, to: folder)
        }
        return outputs + [try write(rejects: rejects, to: path)]
    }

    /// Writes the list of unusable records, and says that there are some.
    func write(rejects lines: [UInt8], to path: String) throws(PipelinesError) -> String {
        try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.write(lines, to: path + "/rejects.jsonl") }
        warn(of: lines, in: path)
        return "rejects.jsonl"
    }

    private func warn(of rejects: [UInt8], in path: String) {
        let count = rejects.count { $0 == 0x0A }
        if count > 0 { observer.warn("tokens: \(count) records were unusable and skipped; they are listed in \(path)/rejects.jsonl") }
    }

    /// Says again what a stage skipped that was finished before, and refuses it where fewer unusable records are allowed now.
    func checkRejects(of plan: StagePlan, warns: Bool) throws(PipelinesError) {
        guard ["tokens", "transfer"].contains(plan.name) else { return }
        let lines = try rejects(of: plan)
        if warns { warn(of: lines, in: folder(plan)) }
        guard let limit = settings.corpus?.rejectLimit, plan.name == "tokens", settings.texts.isEmpty else { return }
        let records = lines.split(separator: 0x0A).compactMap { try? JSONDecoder().decode(RejectRecord.self, from: Data($0)) }
        for (split, all) in Dictionary(grouping: records, by: \.split).sorted(by: { $0.key < $1.key }) where all.count > limit {
            throw .tooManyRejects(stage: plan.name, count: all.count, limit: limit, first: "\(split), line \(all[0].line): \(all[0].reason)")
        }
    }

    private func rejects(of plan: StagePlan) throws(PipelinesError) -> [UInt8] {
        let path = folder(plan) + "/rejects.jsonl"
        guard Folder.exists(path) else { return [] }
        return try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(path) }
    }

    /// How many records were unusable: the lines of each `rejects.jsonl`, and damaged pages.
    package func rejectCount() throws(PipelinesError) -> Int {
        var count = 0
        if let plan = plan(CorpusStage.name), isFinished(plan) { count += try CorpusStage.counts(of: folder(plan)).problems }
        for plan in ["tokens", "transfer"].compactMap(plan) { count += try rejects(of: plan).count { $0 == 0x0A } }
        return count
    }

    private func write(_ result: ReadResult, of corpus: CorpusSettings, split: String, to folder: String) throws(PipelinesError) {
        let examples = result.examples
        let labels = corpus.descriptor.labelSet
        let order =
            split == "train"
            ? permutation(count: examples.count, seed: settings.tokens.shuffleSeed, stream: Streams.shuffle)
            : Array(examples.indices)
        let hash = try corpus.hash(split)
        let writer = try lift(PipelinesError.tokens) { () throws(TokensError) in
            try TokenWriter(
                folder: folder, labels: labels,
                fingerprints: ["corpus": hash, "vocabulary": tokenizer.vocabularyHash],
                attributes: [
                    "corpus": corpus.descriptor.name, "split": split, "tokenizer": tokenizer.facts,
                    "maxLength": "\(settings.tokens.maximumLength)", "shuffleSeed": "\(settings.tokens.shuffleSeed)",
                ])
        }
        if labels.isOfWords {
            try writeSentences(order.map { examples[$0] }, result, labels, to: writer, split: split)
            return
        }
        for start in stride(from: writer.committedRows, to: examples.count, by: 4096) {
            let rows = start..<min(start + 4096, examples.count)
            let sequences = try Batches.tokenise(
                rows.map { examples[order[$0]] }, tokenizer.tokenizer, maximumLength: settings.tokens.maximumLength, on: workers)
            try lift(PipelinesError.tokens) { () throws(TokensError) in
                for (row, sequence) in zip(rows, sequences) {
                    try writer.append(sequence, label: labels.label(of: examples[order[row]]), exampleID: result.index(of: examples[order[row]]))
                }
            }
            observer.report(ProgressEvent(stage: "tokens \(split)", unit: "examples", done: rows.upperBound, total: examples.count))
            if observer.isInterrupted() { throw .interrupted(stage: "tokens") }
        }
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal() }
    }

    /// The sequences and labels of a split that was tokenised.
    package func tokenTable(_ split: String) throws(PipelinesError) -> TokenTable { try table(of: "tokens", split) }

    /// What a teacher runs over and a student learns from: the training split, with views of its examples, or with words masked, where the
    /// pipeline says so.
    func trainingTable() throws(PipelinesError) -> TokenTable { try table(of: sequencesPlan?.name ?? "tokens", "train") }

    /// The stage that makes what students learn from; nil where a cache has it.
    var sequencesPlan: StagePlan? { ["mask", "augment", "tokens"].lazy.compactMap(plan).first }

    func table(of stage: String, _ split: String) throws(PipelinesError) -> TokenTable {
        let path = (split == "train" ? settings.features.cache : nil) ?? folder(of: stage) + "/" + split
        let shards = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: path) }
        return try lift(PipelinesError.tokens) { () throws(TokensError) in try TokenTable(shards) }
    }

    /// The metrics of a model's outputs on a split.
    package func metrics(_ evaluation: Evaluation, split: String) throws(PipelinesError) -> [Metric: Double] {
        let table = try tokenTable(split)
        let examples = Examples(table)
        if table.labelSet.isOfWords { return evaluation.metrics(examples, names: table.labelSet.names, sentences: table.exampleIDs) }
        return try lift(PipelinesError.training) { () throws(TrainingError) in try evaluation.metrics(examples.labels) }
    }

    package func examples(_ split: String) throws(PipelinesError) -> (Examples, LabelSet) {
        let table = try tokenTable(split)
        return (Examples(table), table.labelSet)
    }
}
