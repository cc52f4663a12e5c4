import BERT
import Features
import Files
import Kernels
public import Pipelines
import Randomness
import Records
import Shards
import Tokens

/// `limbeck verify`: every byte, and with a teacher, that the features are those of the tokens.
public enum VerifyCommand {
    /// Prints a JSON object for each set of shards in the folder.
    public static func run(_ folder: String, teacher: String?, rows: Int, work: Work) throws(PipelinesError) {
        guard rows > 0 else { throw .usage("--rows is at least 1") }
        let model = try teacher.map { folder throws(PipelinesError) in
            try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder, on: work.workers) }
        }
        for folder in ShardFolders.find(folder) {
            let shards = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: folder, mappedShards: 8) }
            let observer = work.observer
            let facts = try lift(PipelinesError.shards) { () throws(ShardError) in
                try shards.verify { done in
                    observer.report(ProgressEvent(stage: "verify", unit: "sequences", done: done, total: shards.rowCount))
                    return observer.isInterrupted()
                }
            }
            guard let facts else { throw .stopped }
            var report = VerifyReport(
                folder: folder, kind: shards.identity.kind, sequences: facts.rows, tokens: facts.tokens, shards: facts.shards,
                bytes: facts.bytes)
            if let teacher, let model {
                let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder, mappedShards: 8) }
                try compare(cache, teacher, model, rows: rows, into: &report, work: work)
            }
            let text = report.json(pretty: true)
            try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
        }
    }

    private static func compare(
        _ cache: FeatureCache, _ folder: String, _ model: BERTModel, rows: Int, into report: inout VerifyReport, work: Work
    ) throws(PipelinesError) {
        guard model.configuration.hiddenSize == cache.hidden, model.configuration.layerCount == cache.teacherLayers else {
            throw .features(
                .stale(
                    folder: cache.folder,
                    what: ["'\(folder)' has \(model.configuration.layerCount) layers of \(model.configuration.hiddenSize), "
                        + "the cache is of \(cache.teacherLayers) of \(cache.hidden)"]))
        }
        guard cache.classes == 0 || (model.hasLogits && model.configuration.logitCount == cache.classes) else {
            throw .features(
                .stale(
                    folder: cache.folder,
                    what: ["it holds logits of \(cache.classes) classes, and '\(folder)' has \(model.hasClassifier ? "\(model.configuration.logitCount)" : "no classifier")"]))
        }
        if cache.tensors.contains(.pooled), !model.hasPooler {
            throw .features(.stale(folder: cache.folder, what: ["it holds pooled outputs, and '\(folder)' has no pooler"]))
        }
        let table = try lift(PipelinesError.tokens) { () throws(TokensError) in try TokenTable(cache.shards) }
        let drawn = permutation(count: cache.count, seed: 0, stream: Streams.order).prefix(rows)
        let workspace = Workspace()
        var lowest: [String: Double] = [:]
        for row in drawn {
            if work.observer.isInterrupted() { throw .stopped }
            var batch = TokenBatch()
            batch.append(ids: table.ids(of: row), types: table.types(of: row))
            let checked = batch
            try lift(PipelinesError.model) { () throws(BERTError) in try checked.check(model.configuration) }
            let taps = model.taps(batch, cache.requirement, workspace: workspace, on: work.workers)
            if let logits = taps.logits { try compare(logits.elements, cache, row: row, folder) }
            for found in try lift(PipelinesError.features, { () throws(FeaturesError) in try cache.compare(taps, row: row) }) {
                lowest[found.column] = min(lowest[found.column] ?? 1, found.cosine)
                guard found.cosine >= found.bound else {
                    throw .features(
                        .stale(
                            folder: cache.folder,
                            what: [
                                "column '\(found.column)' of sequence \(row) is not what '\(folder)' computes: the cosine is "
                                    + "\(fixed(found.cosine, 6)), at least \(fixed(found.bound, 6)) is declared"
                            ]))
                }
            }
        }
        report.teacherRows = drawn.count
        report.lowestCosine = lowest
    }

    /// Logits are kept exactly; another batch changes their last bits at most.
    private static func compare(
        _ ours: [Float], _ cache: FeatureCache, row: Int, _ folder: String
    ) throws(PipelinesError) {
        let kept = try lift(PipelinesError.features) { () throws(FeaturesError) in
            try cache.taps([row], TapRequirement(logits: true), on: .one)
        }
        guard let theirs = kept.logits?.elements else { return }
        // Of the sequence, or of each of its tokens.
        let expected = stride(from: 0, to: ours.count, by: max(cache.classes, 1)).flatMap { start in cache.logitOrder.map { ours[start + $0] } }
        guard zip(expected, theirs).allSatisfy({ ($0 - $1).magnitude <= 1e-4 * max(1, $0.magnitude) }) else {
            throw .features(
                .stale(folder: cache.folder, what: ["the logits of sequence \(row) are not what '\(folder)' computes: \(theirs), and it says \(expected)"]))
        }
    }
}

/// What `limbeck verify` prints; the keys are stable.
struct VerifyReport: Codable {
    var folder: String
    var kind: String
    var sequences: Int
    var tokens: Int
    var shards: Int
    var bytes: Int
    var teacherRows: Int?
    var lowestCosine: [String: Double]?
}
