import BERT
import Documents
import Features
import Files
import Kernels
public import Pipelines
import Records
import Shards
import Tokens

/// `limbeck export`.
public enum ExportCommand {
    /// Writes a cache flat: of all sequences `layer.N` [tokens, hidden], `offsets` [sequences + 1], `ids` [tokens], and what else is
    /// cached: `cls.N`, `mean.N` and `pooled` [sequences, hidden], `logits` [sequences, or tokens, classes], `query.N`, `key.N` and `value.N`
    /// [tokens, hidden], `words` [tokens, draws] with `entropy` [tokens], `tag` [tokens], and `attention.N`, one sequence's [heads, length, length] after another.
    public static func safetensors(_ folder: String, to file: String, work: Work) throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.check(file) }
        let cache = try cache(folder)
        let offsets = cache.lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let tokens = offsets[offsets.count - 1]
        guard tokens <= Int(Int32.max) else {
            throw .stage("export", problem: "the cache has \(tokens) tokens, more than the i32 of 'offsets' can count; export a part")
        }
        let requirement = cache.contents
        var writer = SafetensorsWriter()
        for (place, layer) in requirement.layers.enumerated() {
            let states = Matrix(unfilledRows: tokens, columns: cache.hidden)
            for row in 0..<cache.count {
                try features { () throws(FeaturesError) in try cache.read(layer, row: row, into: states[rows: offsets[row]..<offsets[row + 1]]) }
                if row % 64 == 63, work.observer.isInterrupted() { throw .stopped }
                work.observer.report(
                    ProgressEvent(
                        stage: "export", unit: "sequences x layers", done: place * cache.count + row + 1,
                        total: requirement.layers.count * cache.count))
            }
            writer.append("layer.\(layer)", shape: [tokens, cache.hidden], states)
        }
        writer.append("offsets", shape: [offsets.count], integers: offsets.map(Int32.init))
        writer.append("ids", shape: [tokens], integers: try features { () throws(FeaturesError) in try cache.ids() })
        let table = try lift(PipelinesError.tokens) { () throws(TokensError) in try TokenTable(cache.shards) }
        if let tags = table.tags { writer.append("tag", shape: [tokens], integers: tags) }
        var vectors = requirement
        vectors.layers = []
        let taps = try features { () throws(FeaturesError) in try cache.taps(Array(0..<cache.count), vectors, on: work.workers) }
        let shape = [cache.count, cache.hidden]
        for layer in requirement.first { if let first = taps.first[layer] { writer.append("cls.\(layer)", shape: shape, first) } }
        for layer in requirement.mean { if let mean = taps.mean[layer] { writer.append("mean.\(layer)", shape: shape, mean) } }
        if let pooled = taps.pooled { writer.append("pooled", shape: shape, pooled) }
        if let logits = taps.logits { writer.append("logits", shape: [logits.rows, cache.classes], logits) }
        for (name, states) in parts(taps) { writer.append(name, shape: [tokens, cache.hidden], states) }
        if let words = taps.words {
            writer.append("words", shape: [tokens, words.draws], integers: words.ids)
            writer.append("entropy", shape: [tokens], floats: words.entropies)
        }
        for layer in requirement.attention {
            let scores = (taps.attention[layer] ?? []).flatMap(\.elements)
            writer.append("attention.\(layer)", shape: [scores.count], floats: scores)
        }
        let all = writer
        try lift(PipelinesError.model) { () throws(BERTError) in try all.write(to: file) }
        work.printer.note("export: \(cache.count) sequences of \(tokens) tokens, \(file)")
    }

    /// Writes a line of JSON for each sequence of a cache, in constant memory: `row`, `example`, `ids`, `types`, `label` or `tag` where there
    /// is one, and by their columns' names what is cached; states as a list of vectors, scores as [heads x length] lists of length.
    public static func lines(_ folder: String, to file: String, work: Work) throws(PipelinesError) {
        if let documents = try documents(folder) { return try write(documents, to: file, work: work) }
        let cache = try cache(folder)
        let table = try lift(PipelinesError.tokens) { () throws(TokensError) in try TokenTable(cache.shards) }
        try write(to: file) { append throws(PipelinesError) in
            for row in 0..<cache.count {
                if row % 16 == 15, work.observer.isInterrupted() { throw .stopped }
                let taps = try features { () throws(FeaturesError) in try cache.taps([row], cache.contents, on: work.workers) }
                try append(line(row, table, taps).json() + [0x0A])
                work.observer.report(ProgressEvent(stage: "export", unit: "sequences", done: row + 1, total: cache.count))
            }
        }
    }

    /// The documents of a folder, or of the stage that filled one; nil where it holds something else.
    private static func documents(_ folder: String) throws(PipelinesError) -> DocumentSet? {
        guard let path = [folder, folder + "/documents"].first(where: ShardSet.isSealed) else { return nil }
        let shards = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: path) }
        guard DocumentSet.holdsDocuments(shards) else { return nil }
        return try lift(PipelinesError.documents) { () throws(DocumentsError) in try DocumentSet(folder: path) }
    }

    private static func write(_ documents: DocumentSet, to file: String, work: Work) throws(PipelinesError) {
        try write(to: file) { append throws(PipelinesError) in
            for shard in 0..<documents.shardCount {
                if work.observer.isInterrupted() { throw .stopped }
                var bytes: [UInt8] = []
                for document in try lift(PipelinesError.documents, { () throws(DocumentsError) in try documents.documents(shard: shard) }) {
                    document.append(as: .jsonl, literals: false, to: &bytes)
                }
                try append(bytes)
                work.observer.report(ProgressEvent(stage: "export", unit: "documents", done: documents.rows(shard: shard).upperBound, total: documents.count))
            }
        }
    }

    /// Runs what writes piece by piece to a file, or for `-` to the standard output.
    private static func write(to file: String, _ body: ((([UInt8]) throws(PipelinesError) -> Void)) throws(PipelinesError) -> Void) throws(PipelinesError) {
        if file == "-" || file == "/dev/stdout" {
            return try body { bytes throws(PipelinesError) in
                try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(bytes) }
            }
        }
        try AtomicFile.write(to: file, wrap: PipelinesError.files) { output throws(PipelinesError) in
            try body { bytes throws(PipelinesError) in try lift(PipelinesError.files) { () throws(FilesError) in try output.append(bytes) } }
        }
    }

    private static func line(_ row: Int, _ table: TokenTable, _ taps: Taps) -> [String: ExportValue] {
        var line: [String: ExportValue] = [
            "row": .integer(row), "example": .integer(Int(table.exampleIDs[row])), "ids": .integers(Array(table.ids(of: row))),
            "types": .integers(table.types(of: row).map(Int32.init)),
        ]
        switch table.labels[row] {
        case .none: break
        case .category(let category): line["label"] = .text(table.labelSet.names[category])
        case .score(let score): line["label"] = .floats([score])
        }
        for (layer, states) in taps.hidden { line["layer.\(layer)"] = .rows(states) }
        for (layer, first) in taps.first { line["cls.\(layer)"] = .floats(first.elements) }
        for (layer, mean) in taps.mean { line["mean.\(layer)"] = .floats(mean.elements) }
        for (layer, scores) in taps.attention { line["attention.\(layer)"] = .rows(scores[0]) }
        if let pooled = taps.pooled { line["pooled"] = .floats(pooled.elements) }
        if let logits = taps.logits { line["logits"] = table.labelSet.isOfWords ? .rows(logits) : .floats(logits.elements) }
        for (name, states) in parts(taps) { line[name] = .rows(states) }
        if let tags = table.tags { line["tag"] = .integers(Array(tags[table.offsets[row]..<table.offsets[row + 1]])) }
        if let words = taps.words {
            line["words"] = .lists((0..<words.tokenCount).map { Array(words.ids(of: $0)) })
            line["entropy"] = .floats(words.entropies)
        }
        return line
    }

    /// Queries, keys and values by the names of their columns.
    private static func parts(_ taps: Taps) -> [(name: String, states: Matrix)] {
        taps.queryKeyValue.flatMap { layer, all in
            let width = all.columns / 3
            return ["query", "key", "value"].enumerated().map { ("\($1).\(layer)", all[columns: $0 * width..<($0 + 1) * width].copy()) }
        }
    }

    private static func cache(_ folder: String) throws(PipelinesError) -> FeatureCache {
        let folders = ShardFolders.find(folder)
        guard folders.count == 1 else { throw .usage("'\(folder)' holds several sets; give one of \(folders.joined(separator: ", "))") }
        return try features { () throws(FeaturesError) in try FeatureCache(folders[0], mappedShards: 8) }
    }

    private static func features<Value>(_ body: () throws(FeaturesError) -> Value) throws(PipelinesError) -> Value {
        try lift(PipelinesError.features, body)
    }
}

/// A value of an exported line.
private enum ExportValue: Encodable {
    case integer(Int)
    case integers([Int32])
    case lists([[Int32]])
    case text(String)
    case floats([Float])
    case rows(Matrix)

    func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .integers(let values): try container.encode(values)
        case .lists(let values): try container.encode(values)
        case .text(let text): try container.encode(text)
        case .floats(let values): try container.encode(values)
        case .rows(let matrix): try container.encode((0..<matrix.rows).map { matrix.row($0).elements })
        }
    }
}
