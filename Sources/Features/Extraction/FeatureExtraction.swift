public import BERT
import Files
public import Kernels
import Shards
public import Tokens

/// Runs a teacher once over all sequences and keeps what the specification asks for.
public struct FeatureExtraction: Sendable {
    public let model: BERTModel
    public let specification: FeatureSpecification
    /// Of the model, where words are drawn.
    public let wordHead: MaskedLanguageHead?
    /// For each class of the data the teacher's column; nil where they are in the same order.
    public let logitOrder: [Int]?
    public let workers: Workers
    /// Called after each batch with the rows done; returns whether to stop.
    public let progress: @Sendable (Int) -> Bool

    /// Sequences that the teacher sees at once.
    public static let batchSize = 32

    /// Shards that are mapped at once while statistics are made, one after another.
    private static let mappedShards = 8

    public init(
        model: BERTModel, specification: FeatureSpecification, wordHead: MaskedLanguageHead? = nil, logitOrder: [Int]? = nil, workers: Workers,
        progress: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) {
        precondition(specification.words == nil || wordHead != nil, "a head that words are drawn of")
        self.wordHead = wordHead
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
        let identity = identity(fingerprints, labels)
        let mark = ArithmeticMark(folder: folder)
        if !ShardSet.isSealed(folder) {
            try writing(source, folder).run(identity) { () throws(FeaturesError) in
                guard specification.tensors.contains(.embedding) else { return [:] }
                let path = folder + "/" + FeatureCache.embeddingFile
                let hash = try lift(FeaturesError.model) { () throws(BERTError) in try model.encoder.embeddingTables.write(to: path) }
                return [FeatureCache.embeddingAttribute: hash]
            }
        }
        try mark.remove()
        let cache = try FeatureCache(folder, mappedShards: Self.mappedShards)
        let differences = identity.differences(from: cache.shards.identity.withoutOffsets)
        guard differences.isEmpty else { throw .stale(folder: folder, what: differences) }
        try cache.writeBesides(sums: specification.tensors.contains(.sums), on: workers)
        return cache
    }

    /// Fills one part of the folder's shards; `run` puts all parts together, and fills what they lack.
    ///
    /// - Throws: as `run`.
    public func run(
        part: FeaturePart, _ source: FeatureSource, fingerprints: [String: String], labels: LabelSet, into folder: String
    ) throws(FeaturesError) {
        if ShardSet.isSealed(folder) { return }
        try writing(source, folder).run(identity(fingerprints, labels), part)
    }

    private func identity(_ fingerprints: [String: String], _ labels: LabelSet) -> ShardIdentity {
        var identity = ShardIdentity(kind: "features", fingerprints: fingerprints, attributes: specification.attributes)
        labels.write(to: &identity)
        if specification.tensors.contains(.logits), let logitOrder {
            identity.attributes[FeatureColumn.logitOrder] = logitOrder.map(String.init).joined(separator: ",")
        }
        return identity
    }

    private func writing(_ source: FeatureSource, _ folder: String) -> FeatureWriting {
        let workspace = Workspace()
        return FeatureWriting(
            specification: specification, source: source, logitOrder: logitOrder, folder: folder, workers: workers, progress: progress
        ) { rows throws(FeaturesError) in
            show(try source.batch(rows, of: model), rows, workspace)
        }
    }

    /// What the teacher shows of some rows.
    func show(_ batch: TokenBatch, _ rows: Range<Int>, _ workspace: Workspace) -> Taps {
        var requirement = specification.requirement
        guard let words = specification.words, let wordHead else { return model.taps(batch, requirement, workspace: workspace, on: workers) }
        let last = model.configuration.layerCount
        if !requirement.layers.contains(last) { requirement.layers.append(last) }
        var taps = model.taps(batch, requirement, workspace: workspace, on: workers)
        guard let states = taps.hidden[last] else { preconditionFailure("taps hold the layer that is required") }
        taps.words = WordSampler(head: wordHead, sampling: words).samples(states, offsets: batch.offsets, rows: rows, on: workers)
        return taps
    }
}
