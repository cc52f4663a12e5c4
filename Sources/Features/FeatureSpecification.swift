public import BERT
import Shards

/// What is cached of a teacher.
public struct FeatureSpecification: Sendable, Equatable {
    /// Layers, counted from 1, in order.
    public var layers: [Int]
    public var precision: Precision
    public var cachesLogits: Bool
    /// A shard closes with the sequence that makes its raw bytes this many.
    public var shardBytes: Int

    /// - Throws: `FeaturesError.specification` where the model has no such layer or no classifier.
    public init(
        layers: [Int], precision: Precision = .bfloat16, cachesLogits: Bool = true, shardBytes: Int = 64 << 20,
        of model: BERTModel
    ) throws(FeaturesError) {
        let sorted = Array(Set(layers)).sorted()
        let count = model.configuration.layerCount
        if let wrong = sorted.first(where: { $0 < 1 || $0 > count }) {
            throw .specification(problem: "layer \(wrong) is asked for, the teacher has layers 1 to \(count)")
        }
        guard !cachesLogits || (model.hasClassifier && model.hasPooler) else {
            throw .specification(problem: "logits are asked for, and the teacher has no classifier; fine-tune it first, or leave them out")
        }
        (self.layers, self.precision, self.cachesLogits, self.shardBytes) = (sorted, precision, cachesLogits, shardBytes)
    }

    /// The name of a layer's column.
    static func column(_ layer: Int) -> String { "layer.\(layer)" }
    static let logits = "logits"
    /// The attribute that says, for each class of the data, the teacher's column; absent where they are in one order.
    static let logitOrder = "logitOrder"

    func largeColumns(hidden: Int) -> [LargeColumn] {
        layers.map {
            LargeColumn(name: Self.column($0), element: precision.element, width: hidden, filter: .bitPlanes)
        }
    }

    func attributes(hidden: Int, teacherLayers: Int) -> [String: String] {
        [
            "precision": precision.rawValue, "layers": layers.map(String.init).joined(separator: ","),
            "hidden": "\(hidden)", "teacherLayers": "\(teacherLayers)", "tensors": cachesLogits ? "hidden,logits" : "hidden",
        ]
    }
}
