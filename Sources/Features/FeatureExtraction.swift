public import BERT
public import Kernels
public import Shards
public import Tokens

/// The sequences whose features are cached, and what a cache repeats of them so that it stands alone.
public struct FeatureSource: Sendable {
    public let columns: [SmallColumn]
    public let lengths: [Int]
    /// A row's tokens, and its bytes of each column.
    public let row: @Sendable (Int) throws(TokensError) -> (tokens: TokenSequence, small: [[UInt8]])

    public init(
        columns: [SmallColumn], lengths: [Int],
        row: @escaping @Sendable (Int) throws(TokensError) -> (tokens: TokenSequence, small: [[UInt8]])
    ) {
        (self.columns, self.lengths, self.row) = (columns, lengths, row)
    }
}

extension TokenTable {
    /// The rows of the table, for extraction.
    public var featureSource: FeatureSource {
        let table = self
        return FeatureSource(columns: TokenColumns.columns(labelSet), lengths: lengths) { row in
            let sequence = table.sequence(row)
            return (
                sequence,
                TokenColumns.bytes(
                    sequence, label: table.labels[row], exampleID: Int(table.exampleIDs[row]), labels: table.labelSet)
            )
        }
    }
}

extension FeatureSource {
    /// Unlabelled sequences in memory.
    public init(_ sequences: [TokenSequence]) {
        self.init(columns: TokenColumns.columns(.none), lengths: sequences.map(\.ids.count)) { row in
            (sequences[row], TokenColumns.bytes(sequences[row], label: .none, exampleID: row, labels: .none))
        }
    }
}

/// Runs a teacher once over all sequences and keeps what the specification asks for.
public struct FeatureExtraction: Sendable {
    public let model: BERTModel
    public let specification: FeatureSpecification
    /// For each class of the data the teacher's column; nil where they are in the same order.
    public let logitOrder: [Int]?
    public let workers: Workers
    /// Called after each batch with the rows done; returns whether to stop.
    public let progress: @Sendable (Int) -> Bool

    public init(
        model: BERTModel, specification: FeatureSpecification, logitOrder: [Int]? = nil, workers: Workers,
        progress: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) {
        (self.model, self.specification, self.logitOrder) = (model, specification, logitOrder)
        (self.workers, self.progress) = (workers, progress)
    }

    /// Fills a folder, or goes on where an earlier call was cut off; a finished one is only checked.
    ///
    /// - Parameters:
    ///   - fingerprints: of tokens and teacher.
    ///   - labels: the labels of the data, in whose order logits are kept.
    /// - Throws: `FeaturesError.interrupted` when `progress` says so; finished shards stay.
    @discardableResult
    public func run(
        _ source: FeatureSource, fingerprints: [String: String], labels: LabelSet, into folder: String
    ) throws(FeaturesError) -> FeatureCache {
        let hidden = model.configuration.hiddenSize
        var small = source.columns
        if specification.cachesLogits {
            small.append(
                SmallColumn(
                    name: FeatureSpecification.logits, element: .float32,
                    layout: .row(width: model.configuration.logitCount)))
        }
        let schema = ShardSchema(small: small, large: specification.largeColumns(hidden: hidden))
        var identity = ShardIdentity(
            kind: "features", fingerprints: fingerprints,
            attributes: specification.attributes(hidden: hidden, teacherLayers: model.configuration.layerCount))
        labels.write(to: &identity)
        if specification.cachesLogits, let logitOrder {
            identity.attributes[FeatureSpecification.logitOrder] = logitOrder.map(String.init).joined(separator: ",")
        }
        let mark = ArithmeticMark(folder: folder)
        if !ShardSet.isSealed(folder) {
            try write(source, schema, identity, folder)
        }
        try mark.remove()
        let cache = try FeatureCache(folder)
        let differences = identity.differences(from: cache.shards.identity)
        guard differences.isEmpty else { throw .stale(folder: folder, what: differences) }
        if (try? cache.statistics()) == nil { try cache.writeStatistics(on: workers) }
        return cache
    }

    private func write(
        _ source: FeatureSource, _ schema: ShardSchema, _ identity: ShardIdentity, _ folder: String
    ) throws(FeaturesError) {
        let writer = try lift(FeaturesError.shards) { () throws(ShardError) in
            try ShardSetWriter(folder: folder, schema: schema, identity: identity, shardBytes: specification.shardBytes)
        }
        try ArithmeticMark(folder: folder).check()
        let workspace = Workspace()
        let shards = ShardSetWriter.boundaries(
            rawBytes: source.lengths.map { schema.rawBytes(length: $0) }, shardBytes: specification.shardBytes)
        for shard in shards where shard.lowerBound >= writer.committedRows {
            // A batch never crosses a shard, so that a run that goes on forms the same batches.
            for start in stride(from: shard.lowerBound, to: shard.upperBound, by: 32) {
                let rows = start..<min(start + 32, shard.upperBound)
                for row in try features(source, rows, workspace) {
                    try lift(FeaturesError.shards) { () throws(ShardError) in try writer.append(row) }
                }
                if progress(rows.upperBound) { throw .interrupted(row: rows.upperBound) }
            }
        }
        try lift(FeaturesError.shards) { () throws(ShardError) in try writer.seal(attributes: [:]) }
    }

    /// Runs one batch and encodes each of its sequences.
    private func features(
        _ source: FeatureSource, _ rows: Range<Int>, _ workspace: Workspace
    ) throws(FeaturesError) -> [ShardRow] {
        var batch = TokenBatch()
        var small: [[[UInt8]]] = []
        for row in rows {
            let (tokens, bytes) = try lift(FeaturesError.tokens) { () throws(TokensError) in try source.row(row) }
            batch.append(ids: tokens.ids, types: tokens.types)
            small.append(bytes)
        }
        let checked = batch
        try lift(FeaturesError.model) { () throws(BERTError) in try checked.check(model.configuration) }
        let requirement = TapRequirement(layers: specification.layers, logits: specification.cachesLogits)
        let taps = model.taps(batch, requirement, workspace: workspace, on: workers)
        let offsets = taps.offsets
        let states = specification.layers.compactMap { taps.hidden[$0] }
        let precision = specification.precision
        let encoded = try FeatureCache.collect(rows.count * states.count, on: workers) { task in
            let sequence = task / states.count
            return precision.encode(states[task % states.count][rows: offsets[sequence]..<offsets[sequence + 1]])
        }
        return (0..<rows.count).map { sequence in
            if let logits = taps.logits { small[sequence].append(bytes(logits.row(sequence))) }
            return ShardRow(
                length: offsets[sequence + 1] - offsets[sequence], small: small[sequence],
                large: Array(encoded[sequence * states.count..<(sequence + 1) * states.count]))
        }
    }

    /// Logits in the order of the data's classes.
    private func bytes(_ logits: Matrix) -> [UInt8] {
        let values = logits.elements
        let ordered = logitOrder.map { order in order.map { values[$0] } } ?? values
        return ordered.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) } }
    }
}
