public import Kernels
import BERT
import Files
import Shards
import Tokens

/// States of a cache in memory, to be written again and again.
public struct DecodedStates: Sendable {
    let cache: FeatureCache
    let source: FeatureSource
    let labels: LabelSet
    let offsets: [Int]
    /// By layer [tokens, hidden].
    let layers: [Int: Matrix]

    /// Decodes all layers of a cache.
    public init(_ cache: FeatureCache) throws(FeaturesError) {
        let table = try lift(FeaturesError.tokens) { () throws(TokensError) in try TokenTable(cache.shards) }
        let offsets = cache.lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        var layers: [Int: Matrix] = [:]
        for layer in cache.layers {
            let states = Matrix(unfilledRows: offsets[offsets.count - 1], columns: cache.hidden)
            for row in 0..<cache.count { try cache.read(layer, row: row, into: states[rows: offsets[row]..<offsets[row + 1]]) }
            layers[layer] = states
        }
        (self.cache, source, labels) = (cache, table.featureSource, table.labelSet)
        (self.offsets, self.layers) = (offsets, layers)
    }

    public var count: Int { layers.values.reduce(0) { $0 + $1.count } }

    /// Writes them as a cache of another precision, by the path that a teacher's states take.
    public func write(_ precision: Precision, into folder: String, on workers: Workers) throws(FeaturesError) {
        let specification = FeatureSpecification(
            layers: cache.layers, tensors: [.hidden], precision: precision, hidden: cache.hidden, teacherLayers: cache.teacherLayers,
            heads: 0, classes: 0, shardBytes: cache.shards.manifest.shardBytes)
        var identity = ShardIdentity(
            kind: "features", fingerprints: cache.shards.identity.fingerprints, attributes: specification.attributes)
        labels.write(to: &identity)
        let writing = FeatureWriting(
            specification: specification, source: source, logitOrder: nil, folder: folder, workers: workers, progress: { _ in false }
        ) { rows in
            let first = offsets[rows.lowerBound]
            let tokens = first..<offsets[rows.upperBound]
            return Taps(offsets: offsets[rows.lowerBound...rows.upperBound].map { $0 - first }, hidden: layers.mapValues { $0[rows: tokens] })
        }
        try writing.run(identity) { [:] }
        try ArithmeticMark(folder: folder).remove()
    }
}
