public import BERT
import Shards

/// What is cached of a teacher, and how.
public struct FeatureSpecification: Sendable, Equatable {
    /// Layers, counted from 1, in order.
    public let layers: [Int]
    public let tensors: [Tensor]
    public let precision: Precision
    /// A shard closes with the sequence that makes its raw bytes this many.
    public let shardBytes: Int
    /// Of the teacher.
    public let hidden: Int
    public let teacherLayers: Int
    public let heads: Int
    public let classes: Int
    /// Whether each token has logits.
    public let classifiesTokens: Bool
    /// How words are drawn, where they are.
    public let words: WordSampling?

    /// - Throws: `FeaturesError.specification` where the model has no such layer, no pooler or no classifier, or where words are asked for and
    ///   not said how they are drawn.
    public init(
        layers: [Int], tensors: [Tensor] = [.hidden, .logits], precision: Precision = .int8Rotated, shardBytes: Int = 64 << 20,
        words: WordSampling? = nil, of model: BERTModel
    ) throws(FeaturesError) {
        let sorted = Array(Set(layers)).sorted()
        let shape = model.configuration
        if let wrong = sorted.first(where: { $0 < 1 || $0 > shape.layerCount }) {
            throw .specification(problem: "layer \(wrong) is asked for, the teacher has layers 1 to \(shape.layerCount)")
        }
        guard !tensors.isEmpty else { throw .specification(problem: "nothing is asked for; name at least one tensor") }
        guard !tensors.contains(.logits) || model.hasLogits else {
            throw .specification(problem: "logits are asked for, and the teacher has no classifier; fine-tune it first, or leave them out")
        }
        guard !tensors.contains(.pooled) || model.hasPooler else {
            throw .specification(problem: "pooled outputs are asked for, and the teacher has no pooler; leave them out")
        }
        guard !tensors.contains(.words) || words != nil else {
            throw .specification(problem: "words are asked for, which are drawn of a masked language model in a pipeline alone (objective 'distilbert')")
        }
        guard !tensors.contains(.sums) || !Set(tensors).isDisjoint(with: [.hidden, .cls, .mean]) else {
            throw .specification(problem: "sums are asked for, and nothing that is summed; add hidden, cls or mean")
        }
        let needsLayers = !Set(tensors).isDisjoint(with: [.hidden, .cls, .mean, .attention, .queryKeyValue])
        guard needsLayers != sorted.isEmpty else {
            throw .specification(
                problem: needsLayers ? "no layer is named, and \(tensors.map(\.rawValue).joined(separator: ", ")) are of layers"
                    : "layers are named, and nothing of a layer is asked for")
        }
        (self.layers, self.tensors, self.precision) = (sorted, Array(Set(tensors)).sorted(), precision)
        (self.shardBytes, hidden, teacherLayers) = (shardBytes, shape.hiddenSize, shape.layerCount)
        (heads, classes, classifiesTokens) = (shape.headCount, shape.logitCount, shape.classifiesTokens)
        self.words = tensors.contains(.words) ? words : nil
    }

    /// As a cache describes itself.
    init(
        layers: [Int], tensors: [Tensor], precision: Precision, hidden: Int, teacherLayers: Int, heads: Int, classes: Int,
        classifiesTokens: Bool = false, words: WordSampling? = nil, shardBytes: Int = 0
    ) {
        (self.layers, self.tensors, self.precision, self.shardBytes) = (layers, tensors, precision, shardBytes)
        (self.hidden, self.teacherLayers, self.heads, self.classes) = (hidden, teacherLayers, heads, classes)
        (self.classifiesTokens, self.words) = (classifiesTokens, words)
    }

    /// What the model has to show.
    var requirement: TapRequirement {
        func layers(of tensor: Tensor) -> [Int] { tensors.contains(tensor) ? self.layers : [] }
        return TapRequirement(
            layers: layers(of: .hidden), first: layers(of: .cls), mean: layers(of: .mean), attention: layers(of: .attention),
            queryKeyValue: layers(of: .queryKeyValue).suffix(1), logits: tensors.contains(.logits), pooled: tensors.contains(.pooled))
    }

    /// The columns of states, one after another as the schema has them: small ones, then large.
    var columns: [FeatureColumn] {
        func each(_ tensor: Tensor, _ kind: (Int) -> FeatureColumn.Kind) -> [FeatureColumn] {
            tensors.contains(tensor) ? layers.map { FeatureColumn(kind($0), precision) } : []
        }
        let pooled = tensors.contains(.pooled) ? [FeatureColumn(.pooled, precision)] : []
        let relations = [FeatureColumn.Kind.query, FeatureColumn.Kind.key, FeatureColumn.Kind.value].flatMap { each(.queryKeyValue, $0).suffix(1) }
        return each(.cls) { .cls($0) } + each(.mean) { .mean($0) } + pooled + each(.hidden) { .layer($0) } + each(.attention) { .attention($0) }
            + relations
    }

    /// - Parameter tokens: the small columns of the tokens.
    func schema(_ tokens: [SmallColumn]) -> ShardSchema {
        var schema = ShardSchema(small: tokens)
        if tensors.contains(.logits) {
            if classifiesTokens {
                for index in 0..<classes { schema.small.append(SmallColumn(name: FeatureColumn.logits(of: index), element: .float32, layout: .token)) }
            } else {
                schema.small.append(SmallColumn(name: FeatureColumn.logits, element: .float32, layout: .row(width: classes)))
            }
        }
        if words != nil { schema.small.append(SmallColumn(name: FeatureColumn.entropy, element: .float32, layout: .token)) }
        for column in columns {
            if column.isLarge {
                let width = column.isSquare ? heads : hidden
                schema.large.append(
                    LargeColumn(
                        name: column.name, element: column.element, width: width, filter: column.element.isCode ? .none : .bitPlanes,
                        isSquare: column.isSquare))
            } else {
                schema.small.append(SmallColumn(name: column.name, element: column.element, layout: .row(width: hidden)))
            }
        }
        if let words {
            schema.large.append(LargeColumn(name: FeatureColumn.words, element: .int32, width: words.draws, filter: .bitPlanes, isSquare: false))
        }
        for column in columns where column.isMeasured {
            schema.small.append(
                SmallColumn(name: Fidelity.column(column.name), element: .float32, layout: .row(width: column.isLarge ? 3 : 1)))
        }
        return schema
    }

    /// The identity's attributes, without what a pilot has to say.
    var attributes: [String: String] {
        var attributes = [
            "precision": precision.rawValue, "layers": layers.map(String.init).joined(separator: ","),
            "hidden": "\(hidden)", "teacherLayers": "\(teacherLayers)", "tensors": tensors.map(\.rawValue).joined(separator: ","),
        ]
        if tensors.contains(.attention) { attributes["heads"] = "\(heads)" }
        if let words { attributes.merge(words.attributes) { $1 } }
        if let bounds = precision.bounds, columns.contains(where: \.isMeasured) { attributes[Fidelity.boundsAttribute] = bounds.attribute }
        return attributes
    }
}
