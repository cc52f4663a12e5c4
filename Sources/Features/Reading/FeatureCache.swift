import BERT
import Kernels
public import Shards
import Tokens

/// A finished cache, read back as taps. Safe to read from several threads.
public struct FeatureCache: Sendable {
    public let shards: ShardSet
    public let folder: String
    /// Cached layers, counted from 1, in order; of all tensors that are of layers.
    public let layers: [Int]
    public let tensors: [Tensor]
    /// The teacher's width.
    public let hidden: Int
    /// How many layers the teacher has in all.
    public let teacherLayers: Int
    public let precision: Precision
    /// Attention heads of the cached scores; 0 where there are none.
    public let heads: Int
    /// Classes of the cached logits; 0 where there are none.
    public let classes: Int
    /// Whether each token has logits.
    public let classifiesTokens: Bool
    /// For each cached logit the teacher's own column.
    public let logitOrder: [Int]

    let columns: [FeatureColumn]
    let codecs: [StateCodec]
    let offsets: [Offsets?]
    let embedding: Embedding?
    /// How words were drawn, where they were.
    public let words: WordSampling?
    private let logits: [Float]
    let offsetsOfTokens: [Int]
    /// Of each token, where words were drawn.
    let entropies: [Float]
    let vectors: VectorStore

    static let embeddingFile = "embeddings.safetensors"
    static let embeddingAttribute = "embeddings"

    /// - Parameter mappedShards: how many shards are mapped at once, at most.
    /// - Throws: `FeaturesError` where the folder holds something else, is not finished, or is damaged.
    public init(_ folder: String, mappedShards: Int = .max) throws(FeaturesError) {
        let shards = try lift(FeaturesError.shards) { () throws(ShardError) in try ShardSet(folder: folder, mappedShards: mappedShards) }
        let identity = shards.identity
        guard identity.kind == "features" else { throw .notFeatures(folder: folder, kind: identity.kind) }
        func damaged(_ problem: String) -> FeaturesError { .damaged(file: folder + "/manifest.json", problem: problem) }
        func number(_ name: String) -> Int? { identity.attributes[name].flatMap { Int($0) } }
        func numbers(_ name: String) -> [Int] { (identity.attributes[name] ?? "").split(separator: ",").compactMap { Int($0) } }
        guard let precision = identity.attributes["precision"].flatMap({ Precision(rawValue: $0) }),
            let hidden = number("hidden"), hidden > 0, let teacherLayers = number("teacherLayers"),
            let tensors = Tensor.list(identity.attributes["tensors"] ?? "?")
        else { throw damaged("it does not describe features") }
        (self.shards, self.folder, self.precision, self.hidden) = (shards, folder, precision, hidden)
        (self.teacherLayers, self.tensors, layers) = (teacherLayers, tensors, numbers("layers"))
        let logitColumn = shards.schema.small.first { $0.name == FeatureColumn.logits }
        if let column = logitColumn, case .row(let width) = column.layout {
            classes = width
            logits = try lift(FeaturesError.shards) { () throws(ShardError) in try shards.float32s(FeatureColumn.logits) }
            classifiesTokens = false
        } else {
            var columns: [[Float]] = []
            while shards.schema.small.contains(where: { $0.name == FeatureColumn.logits(of: columns.count) && $0.layout == .token }) {
                let name = FeatureColumn.logits(of: columns.count)
                columns.append(try lift(FeaturesError.shards) { () throws(ShardError) in try shards.float32s(name) })
            }
            (classes, classifiesTokens) = (columns.count, !columns.isEmpty)
            let all = columns
            logits = all.isEmpty ? [] : all[0].indices.flatMap { token in all.map { $0[token] } }
        }
        offsetsOfTokens = shards.lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        heads = number("heads") ?? 0
        let specification = FeatureSpecification(
            layers: layers, tensors: tensors, precision: precision, hidden: hidden, teacherLayers: teacherLayers, heads: heads, classes: classes,
            classifiesTokens: classifiesTokens, words: tensors.contains(.words) ? WordSampling(identity.attributes) : nil)
        words = specification.words
        columns = specification.columns
        let expected = specification.schema([])
        guard shards.schema.large == expected.large, expected.small.allSatisfy({ shards.schema.small.contains($0) }),
            tensors.contains(.logits) == (classes > 0), tensors.contains(.words) == (words != nil)
        else { throw damaged("its columns are not those of \(tensors.map(\.rawValue).joined(separator: ", ")) in \(precision.rawValue)") }
        entropies = words == nil ? [] : try lift(FeaturesError.shards) { () throws(ShardError) in try shards.float32s(FeatureColumn.entropy) }
        logitOrder = identity.attributes[FeatureColumn.logitOrder] == nil ? Array(0..<classes) : numbers(FeatureColumn.logitOrder)
        guard logitOrder.sorted() == Array(0..<classes) else { throw damaged("its order of logits is none") }
        codecs = columns.map { StateCodec($0.element, width: $0.isSquare ? 1 : hidden) }
        offsets = try columns.offsets(in: identity, width: hidden, folder: folder + "/manifest.json")
        for (column, offsets) in zip(columns, offsets) where column.isMeasured && offsets == nil {
            throw damaged("the attribute '\(Offsets.attribute(column.name))' is missing")
        }
        if tensors.contains(.embedding) {
            guard let hash = shards.attributes[Self.embeddingAttribute] else { throw damaged("the hash of its embedding tables is missing") }
            embedding = try lift(FeaturesError.model) { () throws(BERTError) in
                try Embedding(file: folder + "/" + Self.embeddingFile, hash: hash, hidden: hidden)
            }
        } else {
            embedding = nil
        }
        vectors = VectorStore(limit: mappedShards)
    }

    /// The files of a finished cache that vouch for all others.
    public static func sealedFiles(_ tensors: [Tensor]) -> [String] {
        ["manifest.json", "statistics.json"] + (tensors.contains(.embedding) ? [embeddingFile] : []) + (tensors.contains(.sums) ? [sumsFile] : [])
    }

    /// Sequences.
    public var count: Int { shards.rowCount }
    /// Sequences of each shard.
    public var shardRows: [Int] { shards.shardRows }
    /// Tokens of each sequence.
    public var lengths: [Int] { shards.lengths }

    /// The token ids of all sequences, one after another.
    public func ids() throws(FeaturesError) -> [Int32] {
        try lift(FeaturesError.shards) { () throws(ShardError) in try shards.int32s(TokenColumns.ids) }
    }

    /// The document of each sequence, negative where there is none; nil where the cache does not know documents.
    public func documents() throws(FeaturesError) -> [Int32]? {
        guard shards.schema.small.contains(where: { $0.name == TokenColumns.document }) else { return nil }
        return try lift(FeaturesError.shards) { () throws(ShardError) in try shards.int32s(TokenColumns.document) }
    }

    /// Logits of some sequences, exactly as the teacher gave them [rows, classes]; [tokens, classes] where each token has them.
    func logits(of rows: [Int]) -> Matrix {
        if classifiesTokens {
            let tokens = rows.flatMap { offsetsOfTokens[$0]..<offsetsOfTokens[$0 + 1] }
            return Matrix(rows: tokens.count, columns: classes, tokens.flatMap { logits[$0 * classes..<($0 + 1) * classes] })
        }
        return Matrix(rows: rows.count, columns: classes, rows.flatMap { logits[$0 * classes..<($0 + 1) * classes] })
    }

    /// Refuses a cache that was made from other things.
    ///
    /// - Parameter fingerprints: of tokens and teacher, as they were given to the extraction; caches of before one was kept lack it.
    public func check(fingerprints: [String: String]) throws(FeaturesError) {
        let found = shards.identity.fingerprints
        let stale = found.keys.sorted().filter { found[$0] != fingerprints[$0] } + ["tokens", "teacher"].filter { fingerprints[$0] != nil && found[$0] == nil }
        guard stale.isEmpty else { throw .stale(folder: folder, what: stale.map { "it was made from other \($0)" }) }
    }
}
