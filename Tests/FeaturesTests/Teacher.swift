import BERT
import Kernels
import TestSupport
import Tokens

@testable import Features

/// A small teacher of random weights, and sequences for it.
enum Teacher {
    static let labels = LabelSet.categories(["no", "yes", "maybe"])

    /// Its classes stand in another order than those of the data.
    static let model = BERTModel(
        random: BERTConfiguration(
            vocabularySize: 50, hiddenSize: 12, layerCount: 3, headCount: 3, intermediateSize: 20, maximumPositions: 40,
            initializerRange: 0.3, labelNames: ["maybe", "no", "yes"]),
        seed: 5)
    static let order = [1, 2, 0]

    /// 70 sequences of 1 to 29 tokens: three batches.
    static let sequences = (0..<70).map { row in
        let length = 1 + row * 7 % 29
        return TokenSequence(
            ids: (0..<length).map { Int32((row * 31 + $0 * 17) % 50) }, types: (0..<length).map { UInt8($0 * 2 / (length + 1)) })
    }

    static let source = FeatureSource(columns: TokenColumns.columns(labels), lengths: sequences.map(\.ids.count)) { row in
        (
            sequences[row],
            TokenColumns.bytes(sequences[row], label: .category(row % 3), exampleID: 100 + row, labels: labels)
        )
    }

    static let fingerprints = ["tokens": "t", "teacher": "w"]

    static func extraction(
        _ specification: FeatureSpecification, threads: Int = 1, progress: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) -> FeatureExtraction {
        FeatureExtraction(
            model: model, specification: specification, logitOrder: order, workers: Workers(count: threads), progress: progress)
    }

    static func specification(
        _ layers: [Int] = [1, 3], _ precision: Precision = .float32, shardBytes: Int = 20_000
    ) throws -> FeatureSpecification {
        try FeatureSpecification(layers: layers, precision: precision, shardBytes: shardBytes, of: model)
    }

    @discardableResult
    static func fill(
        _ folder: String, _ specification: FeatureSpecification, threads: Int = 1,
        progress: @escaping @Sendable (Int) -> Bool = { _ in false }
    ) throws -> FeatureCache {
        try extraction(specification, threads: threads, progress: progress).run(
            source, fingerprints: fingerprints, labels: labels, into: folder)
    }

    /// What the model shows of one sequence by itself.
    static func taps(_ row: Int) -> Taps {
        var batch = TokenBatch()
        batch.append(ids: sequences[row].ids, types: sequences[row].types)
        return model.taps(batch, TapRequirement(layers: [1, 2, 3], logits: true), workspace: Workspace(), on: .one)
    }
}

func distance(_ a: Matrix, _ b: Matrix) -> Float {
    precondition(a.rows == b.rows && a.columns == b.columns, "matrices of one shape")
    return distance(a.elements, b.elements)
}
