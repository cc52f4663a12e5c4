import BERT
import Features
import Kernels
import Tokens

@testable import Pipelines

/// Models and caches that can be read, for what looks at more than their hashes.
extension Bench {
    /// A pipeline that is ready to run: its teacher has been looked at.
    func pipeline(_ text: String, set overrides: [String] = []) throws -> Pipeline {
        try Pipeline(settings(text, set: overrides), store: path + "/runs/.stages", workers: .one)
    }

    private static func model(classes: [String], words: Int, seed: UInt64) -> BERTModel {
        let configuration = BERTConfiguration(
            vocabularySize: words, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 16, maximumPositions: 512, labelNames: classes)
        return BERTModel(random: configuration, seed: seed)
    }

    /// Puts a model of random weights in the place of the teacher.
    func saveTeacher(classes: [String] = ["ham", "spam"], words: Int = 7) throws {
        try Self.model(classes: classes, words: words, seed: 1).save(folder: path + "/teacher")
    }

    /// Fills a cache of all layers.
    ///
    /// - Parameters:
    ///   - categories: of its sequences, which are of one length.
    ///   - fingerprints: what it says that it was made from.
    func fillCache(
        _ name: String, categories: [Int] = [0, 1], precision: Precision = .float32, fingerprints: [String: String] = [:]
    ) throws {
        let labels = LabelSet.categories(["ham", "spam"])
        let rows = categories.indices.map { TokenSequence(ids: [2, Int32(5 + $0 % 2), 3], types: [0, 0, 0]) }
        let source = FeatureSource(columns: TokenColumns.columns(labels), lengths: rows.map(\.ids.count)) { row in
            (rows[row], TokenColumns.bytes(rows[row], label: .category(categories[row]), exampleID: row, labels: labels))
        }
        let teacher = Self.model(classes: labels.names, words: 7, seed: 2)
        let specification = try FeatureSpecification(layers: [1, 2], precision: precision, of: teacher)
        _ = try FeatureExtraction(model: teacher, specification: specification, workers: .one)
            .run(source, fingerprints: fingerprints, labels: labels, into: path + "/" + name)
    }
}
