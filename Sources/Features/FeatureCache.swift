public import BERT
public import Kernels
public import Shards
import Tokens

/// A finished cache, read back as taps. Safe to read from several threads.
public struct FeatureCache: Sendable {
    public let shards: ShardSet
    public let folder: String
    /// Cached layers, counted from 1, in order.
    public let layers: [Int]
    /// The teacher's width.
    public let hidden: Int
    /// How many layers the teacher has in all.
    public let teacherLayers: Int
    public let precision: Precision
    /// Classes of the cached logits; 0 where there are none.
    public let classes: Int
    /// For each cached logit the teacher's own column.
    public let logitOrder: [Int]
    private let logits: [Float]

    /// - Throws: `FeaturesError` where the folder holds something else, is not finished, or is damaged.
    public init(_ folder: String) throws(FeaturesError) {
        let shards = try lift(FeaturesError.shards) { () throws(ShardError) in try ShardSet(folder: folder) }
        let identity = shards.identity
        guard identity.kind == "features" else { throw .notFeatures(folder: folder, kind: identity.kind) }
        func number(_ name: String) -> Int? { identity.attributes[name].flatMap { Int($0) } }
        let layers = (identity.attributes["layers"] ?? "").split(separator: ",").compactMap { Int($0) }
        guard let precision = identity.attributes["precision"].flatMap({ Precision(rawValue: $0) }),
            let hidden = number("hidden"), let teacherLayers = number("teacherLayers"),
            layers.map(FeatureSpecification.column) == shards.schema.large.map(\.name),
            shards.schema.large.allSatisfy({ $0.width == hidden && $0.element == precision.element })
        else { throw .damaged(file: folder + "/manifest.json", problem: "it does not describe features") }
        if let column = shards.schema.small.first(where: { $0.name == FeatureSpecification.logits }),
            case .row(let width) = column.layout
        {
            classes = width
            logits = try lift(FeaturesError.shards) { () throws(ShardError) in try shards.float32s(FeatureSpecification.logits) }
        } else {
            (classes, logits) = (0, [])
        }
        let order = identity.attributes[FeatureSpecification.logitOrder]?.split(separator: ",").compactMap { Int($0) }
        logitOrder = order ?? Array(0..<classes)
        guard logitOrder.sorted() == Array(0..<classes) else {
            throw .damaged(file: folder + "/manifest.json", problem: "its order of logits is none")
        }
        (self.shards, self.folder, self.layers, self.hidden) = (shards, folder, layers, hidden)
        (self.teacherLayers, self.precision) = (teacherLayers, precision)
    }

    /// Sequences.
    public var count: Int { shards.rowCount }
    /// Tokens of each sequence.
    public var lengths: [Int] { shards.lengths }

    /// The token ids of all sequences, one after another.
    public func ids() throws(FeaturesError) -> [Int32] {
        try lift(FeaturesError.shards) { () throws(ShardError) in try shards.int32s(TokenColumns.ids) }
    }

    /// Refuses a cache that was made from other things.
    ///
    /// - Parameter fingerprints: of tokens and teacher, as they were given to the extraction.
    public func check(fingerprints: [String: String]) throws(FeaturesError) {
        let found = shards.identity.fingerprints
        let stale = Set(found.keys).union(fingerprints.keys).sorted().filter { found[$0] != fingerprints[$0] }
        guard stale.isEmpty else { throw .stale(folder: folder, what: stale.map { "it was made from other \($0)" }) }
    }

    /// Refuses a requirement that the cache cannot meet.
    public func check(_ requirement: TapRequirement) throws(FeaturesError) {
        if let layer = requirement.layers.first(where: { !layers.contains($0) }) {
            throw .missing(folder: folder, what: "layer \(layer), only \(layers.map(String.init).joined(separator: ", "))")
        }
        if requirement.logits && classes == 0 { throw .missing(folder: folder, what: "logits") }
        if requirement.pooled || requirement.embedding { throw .missing(folder: folder, what: "pooled outputs or embeddings") }
    }

    /// What the teacher showed of some sequences, in this order.
    public func taps(
        _ rows: [Int], _ requirement: TapRequirement, on workers: Workers
    ) throws(FeaturesError) -> Taps {
        try check(requirement)
        var offsets = [0]
        for row in rows { offsets.append(offsets[offsets.count - 1] + shards.lengths[row]) }
        var taps = Taps(offsets: offsets)
        let (places, tokens) = (offsets, offsets[offsets.count - 1])
        let matrices = requirement.layers.map { _ in Matrix(rows: tokens, columns: hidden) }
        _ = try Self.collect(rows.count * matrices.count, on: workers) { task throws(FeaturesError) in
            let (index, layer) = (task / matrices.count, task % matrices.count)
            try read(
                requirement.layers[layer], row: rows[index],
                into: matrices[layer][rows: places[index]..<places[index + 1]])
        }
        for (layer, matrix) in zip(requirement.layers, matrices) { taps.hidden[layer] = matrix }
        if requirement.logits {
            taps.logits = Matrix(rows: rows.count, columns: classes, rows.flatMap { logits[$0 * classes..<($0 + 1) * classes] })
        }
        return taps
    }

    /// Decodes a layer of one sequence [length, hidden].
    public func read(_ layer: Int, row: Int, into states: Matrix) throws(FeaturesError) {
        guard let column = layers.firstIndex(of: layer) else {
            throw .missing(folder: folder, what: "layer \(layer)")
        }
        var bytes = [UInt8](repeating: 0, count: shards.lengths[row] * hidden * precision.element.size)
        var failure: ShardError?
        unsafe bytes.withUnsafeMutableBytes { buffer in
            do throws(ShardError) { try unsafe shards.readLarge(column: column, row: row, into: buffer) } catch { failure = error }
        }
        if let failure { throw .shards(failure) }
        unsafe bytes.withUnsafeBytes { unsafe precision.decode($0, into: states) }
    }
}
