import BERT
import Features
import Files
import Kernels
import Records
import Shards
import Tokens
import Randomness

/// `limbeck verify`: every byte, and with a teacher, that the features are those of the tokens.
public enum VerifyCommand {
    /// Prints a JSON object for each set of shards in the folder.
    public static func run(_ folder: String, teacher: String?, rows: Int, work: Work) throws(PipelinesError) {
        guard rows > 0 else { throw .usage("--rows is at least 1") }
        for folder in ShardFolders.find(folder) {
            let shards = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: folder) }
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
            if let teacher {
                let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder) }
                try compare(cache, teacher, rows: rows, into: &report, work: work)
            }
            let text = report.json(pretty: true)
            try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
        }
    }

    private static func compare(
        _ cache: FeatureCache, _ folder: String, rows: Int, into report: inout VerifyReport, work: Work
    ) throws(PipelinesError) {
        let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder) }
        guard model.configuration.hiddenSize == cache.hidden, model.configuration.layerCount == cache.teacherLayers else {
            throw .features(
                .stale(
                    folder: cache.folder,
                    what: ["'\(folder)' has \(model.configuration.layerCount) layers of \(model.configuration.hiddenSize), "
                        + "the cache is of \(cache.teacherLayers) of \(cache.hidden)"]))
        }
        guard cache.classes == 0 || (model.hasClassifier && model.hasPooler && model.configuration.logitCount == cache.classes) else {
            throw .features(
                .stale(
                    folder: cache.folder,
                    what: ["it holds logits of \(cache.classes) classes, and '\(folder)' has \(model.hasClassifier ? "\(model.configuration.logitCount)" : "no classifier")"]))
        }
        let table = try lift(PipelinesError.tokens) { () throws(TokensError) in try TokenTable(cache.shards) }
        let drawn = permutation(count: cache.count, seed: 0, stream: Streams.order).prefix(rows)
        let workspace = Workspace()
        var lowest: [Int: Double] = [:]
        for row in drawn {
            if work.observer.isInterrupted() { throw .stopped }
            var batch = TokenBatch()
            batch.append(ids: table.ids(of: row), types: table.types(of: row))
            let checked = batch
            try lift(PipelinesError.model) { () throws(BERTError) in try checked.check(model.configuration) }
            let requirement = TapRequirement(layers: cache.layers, logits: cache.classes > 0)
            let taps = model.taps(batch, requirement, workspace: workspace, on: work.workers)
            if let logits = taps.logits { try compare(logits.elements, cache, row: row, folder) }
            for layer in cache.layers {
                guard let ours = taps.hidden[layer] else { preconditionFailure("taps hold what is required") }
                let states = Matrix(rows: ours.rows, columns: ours.columns)
                try lift(PipelinesError.features) { () throws(FeaturesError) in try cache.read(layer, row: row, into: states) }
                for token in 0..<ours.rows {
                    lowest[layer] = min(lowest[layer] ?? 1, cosine(ours.row(token), states.row(token)))
                }
            }
        }
        // Rounding to bfloat16 keeps .99999; another model, or other tokens, do not come near.
        for (layer, cosine) in lowest.sorted(by: { $0.key < $1.key }) {
            guard cosine >= 0.9999 else {
                throw .features(
                    .stale(
                        folder: cache.folder,
                        what: ["layer \(layer) is not what '\(folder)' computes: the lowest cosine is \(fixed(cosine, 6)), at least 0.9999 is declared"]))
            }
        }
        report.teacherRows = drawn.count
        report.lowestCosine = Dictionary(uniqueKeysWithValues: lowest.map { ("layer.\($0.key)", $0.value) })
    }

    /// Logits are kept exactly; another batch changes their last bits at most.
    private static func compare(
        _ ours: [Float], _ cache: FeatureCache, row: Int, _ folder: String
    ) throws(PipelinesError) {
        let kept = try lift(PipelinesError.features) { () throws(FeaturesError) in
            try cache.taps([row], TapRequirement(logits: true), on: .one)
        }
        guard let theirs = kept.logits?.elements else { return }
        let expected = cache.logitOrder.map { ours[$0] }
        guard zip(expected, theirs).allSatisfy({ ($0 - $1).magnitude <= 1e-4 * max(1, $0.magnitude) }) else {
            throw .features(
                .stale(folder: cache.folder, what: ["the logits of sequence \(row) are not what '\(folder)' computes: \(theirs), and it says \(expected)"]))
        }
    }

    /// Of two zero vectors 1, of one 0, and -1 where a number is not finite.
    private static func cosine(_ a: Matrix, _ b: Matrix) -> Double {
        let (squares, others) = (sumOfSquares(a), sumOfSquares(b))
        guard squares.isFinite, others.isFinite else { return -1 }
        let length = (squares * others).squareRoot()
        return length > 0 ? Double(dot(a, b)) / length : squares == others ? 1 : 0
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
