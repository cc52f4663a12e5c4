import BERT
import Kernels
import Shards
import Tokens

/// What a cache is going to cost, from the lengths of its sequences and a probe of a few.
public struct FeatureEstimate: Sendable, Equatable, Codable {
    public var sequences: Int
    public var tokens: Int
    /// On disk.
    public var bytes: Int
    /// Before compression.
    public var rawBytes: Int
    /// Of the columns of states, on disk.
    public var bitsPerValue: Double
    public var seconds: Double
    /// Of the process at its peak, mapped files aside.
    public var memoryBytes: Int
    public var probedSequences: Int
}

extension FeatureExtraction {
    /// Runs the teacher on some sequences, spread over all, and computes what all would cost. Writes nothing.
    ///
    /// - Parameter probe: sequences to run.
    public func estimate(_ source: FeatureSource, probe: Int = 64) throws(FeaturesError) -> FeatureEstimate {
        let schema = specification.schema(source.columns)
        let count = source.lengths.count
        let tokens = source.lengths.reduce(0, +)
        let probed = min(probe, count)
        var estimate = FeatureEstimate(
            sequences: count, tokens: tokens, bytes: 0, rawBytes: source.lengths.reduce(0) { $0 + schema.rawBytes(length: $1) },
            bitsPerValue: 0, seconds: 0, memoryBytes: 0, probedSequences: probed)
        guard probed > 0 else { return estimate }
        let rows = (0..<probed).map { $0 * count / probed }
        let batch = try source.batch(rows, of: model)
        let small = try source.small(rows)
        let workspace = Workspace()
        let start = ContinuousClock.now
        let taps = show(batch, 0..<probed, workspace)
        var pilot = Pilot(specification)
        pilot.add(taps)
        var identity = ShardIdentity(kind: "features", attributes: specification.attributes)
        identity.attributes.merge(pilot.attributes) { $1 }
        let encoder = try RowEncoder(specification, identity, logitOrder: logitOrder, folder: "", workers: workers)
        let encoded = try encoder.rows(taps, small).map(\.row)
        let stored = encoded.reduce(0) { sum, row in zip(schema.large, row.large).reduce(sum) { $0 + $1.0.storedBytes($1.1) } }
        let seconds = (ContinuousClock.now - start) / .seconds(1)

        // Large columns as the probe shrank; small ones, which hardly shrink, whole.
        let large = { (length: Int) in schema.large.reduce(0) { $0 + $1.bytes(length: length) } }
        let probedRaw = encoded.reduce(0) { $0 + large($1.length) }
        let allLarge = source.lengths.reduce(0) { $0 + large($1) }
        let largeBytes = probedRaw == 0 ? 0 : Int(Double(stored) / Double(probedRaw) * Double(allLarge))
        estimate.bytes = largeBytes + estimate.rawBytes - allLarge + Int(Double(estimate.rawBytes) / 1e3)
        if specification.tensors.contains(.embedding) { estimate.bytes += 4 * model.weights.layout.embeddingCount }
        let values = encoded.reduce(0) { sum, row in
            sum + schema.large.reduce(0) { $0 + ($1.isSquare ? row.length * row.length : row.length) * $1.width }
        }
        estimate.bitsPerValue = values == 0 ? 0 : 8 * Double(stored) / Double(values)
        let probedTokens = max(1, batch.tokenCount)
        estimate.seconds = seconds / Double(probedTokens) * Double(tokens)
        // Beside it, what a process has anyway.
        estimate.memoryBytes =
            FeatureSpecification.memoryBytes(
                model.configuration, layers: specification.layers.count, tensors: specification.tensors, shardBytes: specification.shardBytes,
                lengths: source.lengths, parameters: model.parameterCount) + (96 << 20)
        return estimate
    }
}

extension ParameterLayout {
    /// Numbers of the embedding's tables.
    var embeddingCount: Int { entries.filter { $0.name.hasPrefix("bert.embeddings.") }.reduce(0) { $0 + $1.count } }
}
