public import BERT
import Files
public import Kernels
import Shards
public import Tokens

/// Runs a teacher once over all sequences and keeps what the specification asks for.
public struct FeatureExtraction: Sendable {
    public let model: BERTModel
    public let specification: FeatureSpecification
    /// For each class of the data the teacher's column; nil where they are in the same order.
    public let logitOrder: [Int]?
    public let workers: Workers
    /// Called after each batch with the rows done; returns whether to stop.
    public let progress: @Sendable (Int) -> Bool

    /// Sequences that the teacher runs on at once.
    static let batchSize = 32

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
    /// - Throws: `FeaturesError.interrupted` when `progress` says so; finished shards stay. `.fidelity` where a vector is stored worse
    ///   than the precision declares.
    @discardableResult
    public func run(
        _ source: FeatureSource, fingerprints: [String: String], labels: LabelSet, into folder: String
    ) throws(FeaturesError) -> FeatureCache {
        var identity = ShardIdentity(kind: "features", fingerprints: fingerprints, attributes: specification.attributes)
        labels.write(to: &identity)
        if specification.tensors.contains(.logits), let logitOrder {
            identity.attributes[FeatureColumn.logitOrder] = logitOrder.map(String.init).joined(separator: ",")
        }
        let mark = ArithmeticMark(folder: folder)
        if !ShardSet.isSealed(folder) { try write(source, identity, folder) }
        try mark.remove()
        let cache = try FeatureCache(folder)
        let differences = identity.differences(from: cache.shards.identity.withoutOffsets)
        guard differences.isEmpty else { throw .stale(folder: folder, what: differences) }
        try cache.writeBesides(sums: specification.tensors.contains(.sums), on: workers)
        return cache
    }

    private func write(_ source: FeatureSource, _ base: ShardIdentity, _ folder: String) throws(FeaturesError) {
        let workspace = Workspace()
        var identity = base
        let (claim, begun) = try lift(FeaturesError.shards) { () throws(ShardError) in
            let claim = try ShardFolderClaim(folder)
            return (claim, try claim.begunIdentity())
        }
        // A run that goes on takes the offsets it began with.
        if let begun, base.differences(from: begun.withoutOffsets).isEmpty {
            identity = begun
        } else if begun == nil {
            identity.attributes.merge(try pilot(source, workspace)) { $1 }
        }
        let writer = try lift(FeaturesError.shards) { () throws(ShardError) in
            try ShardSetWriter(
                claim, schema: specification.schema(source.columns), identity: identity, shardBytes: specification.shardBytes)
        }
        try ArithmeticMark(folder: folder).check()
        let encoder = try RowEncoder(specification, identity, logitOrder: logitOrder, folder: folder, workers: workers)
        var meter = FidelityMeter(specification, folder: folder)
        try meter.take(from: writer)
        let shards = ShardSetWriter.boundaries(
            rawBytes: source.lengths.map { writer.schema.rawBytes(length: $0) }, shardBytes: specification.shardBytes)
        for shard in shards where shard.lowerBound >= writer.committedRows {
            // A batch never crosses a shard, so that a run that goes on forms the same batches.
            for start in stride(from: shard.lowerBound, to: shard.upperBound, by: Self.batchSize) {
                let rows = start..<min(start + Self.batchSize, shard.upperBound)
                let (taps, small) = try taps(source, rows, workspace)
                for (row, encoded) in zip(rows, try encoder.rows(taps, small)) {
                    try meter.add(encoded.fidelity, row: row, length: encoded.row.length)
                    try lift(FeaturesError.shards) { () throws(ShardError) in try writer.append(encoded.row) }
                }
                if progress(rows.upperBound) { throw .interrupted(row: rows.upperBound) }
            }
        }
        var attributes = try meter.attributes()
        if specification.tensors.contains(.embedding) {
            let path = folder + "/" + FeatureCache.embeddingFile
            attributes[FeatureCache.embeddingAttribute] = try lift(FeaturesError.model) { () throws(BERTError) in
                try model.encoder.embeddingTables.write(to: path)
            }
        }
        try lift(FeaturesError.shards) { () throws(ShardError) in try writer.seal(attributes: attributes) }
    }

    /// The means over the first sequences, as the attributes of an identity.
    private func pilot(_ source: FeatureSource, _ workspace: Workspace) throws(FeaturesError) -> [String: String] {
        var pilot = Pilot(specification)
        let count = min(Pilot.rows, source.lengths.count)
        for start in stride(from: 0, to: count, by: Self.batchSize) where pilot.isNeeded {
            pilot.add(try taps(source, start..<min(start + Self.batchSize, count), workspace).taps)
            if progress(0) { throw .interrupted(row: 0) }
        }
        return pilot.attributes
    }

    /// Runs one batch.
    private func taps(
        _ source: FeatureSource, _ rows: Range<Int>, _ workspace: Workspace
    ) throws(FeaturesError) -> (taps: Taps, small: [[[UInt8]]]) {
        var batch = TokenBatch()
        var small: [[[UInt8]]] = []
        for row in rows {
            let (tokens, bytes) = try lift(FeaturesError.tokens) { () throws(TokensError) in try source.row(row) }
            batch.append(ids: tokens.ids, types: tokens.types)
            small.append(bytes)
        }
        let checked = batch
        try lift(FeaturesError.model) { () throws(BERTError) in try checked.check(model.configuration) }
        return (model.taps(batch, specification.requirement, workspace: workspace, on: workers), small)
    }
}

extension ShardIdentity {
    /// Without what a pilot found, which two runs over the same things need not share to the last bit.
    var withoutOffsets: ShardIdentity {
        var identity = self
        identity.attributes = attributes.filter { !$0.key.hasPrefix("offset.") }
        return identity
    }
}
