/// Where each named parameter stands in one arena of floats. Weights, gradients and moments share a layout.
public struct ParameterLayout: Sendable, Equatable {
    /// One matrix, or one row, of parameters.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let rows: Int
        public let columns: Int
        public let offset: Int
        /// Whether its shape in files has two dimensions.
        public let isMatrix: Bool
        /// Whether AdamW decays it: matrices, not biases, layer norms and projections.
        public let decays: Bool

        public var count: Int { rows * columns }
        public var range: Range<Int> { offset..<offset + count }
        /// The encoder's layer that it belongs to, from 1.
        public var layer: Int? {
            let prefix = "bert.encoder.layer."
            return name.hasPrefix(prefix) ? name.dropFirst(prefix.count).split(separator: ".").first.flatMap { Int($0) }.map { $0 + 1 } : nil
        }
        public var shape: [Int] { isMatrix ? [rows, columns] : [columns] }
    }

    public private(set) var entries: [Entry] = []
    public private(set) var count = 0
    private var places: [String: Int] = [:]

    public init() {}

    public mutating func append(_ name: String, rows: Int? = nil, columns: Int, decays: Bool? = nil) {
        precondition(places[name] == nil, "a name stands once")
        places[name] = entries.count
        entries.append(
            Entry(
                name: name, rows: rows ?? 1, columns: columns, offset: count, isMatrix: rows != nil,
                decays: decays ?? (rows != nil)))
        count += (rows ?? 1) * columns
    }

    public subscript(name: String) -> Entry? { places[name].map { entries[$0] } }

    /// The entry whose gradient is zero but for the rows of a batch's tokens.
    public var wordEmbeddings: Int? { places["bert.embeddings.word_embeddings.weight"] }
}

extension ParameterLayout {
    /// The parameters of a BERT, named as Hugging Face names them, in an order that keeps query, key and value together.
    ///
    /// - Parameters:
    ///   - hasPooler: whether the pooler belongs to it.
    ///   - hasClassifier: whether a classifier of `configuration.logitCount` rows belongs to it.
    public init(_ configuration: BERTConfiguration, hasPooler: Bool, hasClassifier: Bool) {
        self.init()
        let hidden = configuration.hiddenSize
        append("bert.embeddings.word_embeddings.weight", rows: configuration.vocabularySize, columns: hidden)
        append("bert.embeddings.position_embeddings.weight", rows: configuration.maximumPositions, columns: hidden)
        append("bert.embeddings.token_type_embeddings.weight", rows: configuration.typeCount, columns: hidden)
        append("bert.embeddings.LayerNorm.weight", columns: hidden)
        append("bert.embeddings.LayerNorm.bias", columns: hidden)
        for layer in 0..<configuration.layerCount {
            let name = "bert.encoder.layer.\(layer)"
            let parts = ["query", "key", "value"]
            for part in parts { append("\(name).attention.self.\(part).weight", rows: hidden, columns: hidden) }
            for part in parts { append("\(name).attention.self.\(part).bias", columns: hidden) }
            append("\(name).attention.output.dense.weight", rows: hidden, columns: hidden)
            append("\(name).attention.output.dense.bias", columns: hidden)
            append("\(name).attention.output.LayerNorm.weight", columns: hidden)
            append("\(name).attention.output.LayerNorm.bias", columns: hidden)
            append("\(name).intermediate.dense.weight", rows: configuration.intermediateSize, columns: hidden)
            append("\(name).intermediate.dense.bias", columns: configuration.intermediateSize)
            append("\(name).output.dense.weight", rows: hidden, columns: configuration.intermediateSize)
            append("\(name).output.dense.bias", columns: hidden)
            append("\(name).output.LayerNorm.weight", columns: hidden)
            append("\(name).output.LayerNorm.bias", columns: hidden)
        }
        if hasPooler {
            append("bert.pooler.dense.weight", rows: hidden, columns: hidden)
            append("bert.pooler.dense.bias", columns: hidden)
        }
        if hasClassifier {
            append("classifier.weight", rows: configuration.logitCount, columns: hidden)
            append("classifier.bias", columns: configuration.logitCount)
        }
        if configuration.predictsWords {
            append(MaskedLanguageHead.Names.dense + "weight", rows: hidden, columns: hidden)
            append(MaskedLanguageHead.Names.dense + "bias", columns: hidden)
            append(MaskedLanguageHead.Names.norm + "weight", columns: hidden)
            append(MaskedLanguageHead.Names.norm + "bias", columns: hidden)
            append(MaskedLanguageHead.Names.bias, columns: configuration.vocabularySize)
        }
    }
}
