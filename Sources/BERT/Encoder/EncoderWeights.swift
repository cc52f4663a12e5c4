import Kernels

/// The parameters of an encoder by role: views into one arena, of weights or of gradients.
struct EncoderWeights: Sendable {
    struct Layer: Sendable {
        /// Query, key and value, one above the other [3 hidden, hidden].
        let queryKeyValue, queryKeyValueBias: Matrix
        let attentionOutput, attentionOutputBias: Matrix
        let attentionGain, attentionOffset: Matrix
        let intermediate, intermediateBias: Matrix
        let output, outputBias: Matrix
        let outputGain, outputOffset: Matrix
    }

    let words, positions, types: Matrix
    let gain, offset: Matrix
    let layers: [Layer]
    let pooler: (weight: Matrix, bias: Matrix)?
    let classifier: (weight: Matrix, bias: Matrix)?

    init(_ parameters: Parameters, _ configuration: BERTConfiguration) {
        func named(_ name: String) -> Matrix {
            guard let matrix = parameters[name] else { preconditionFailure("the layout of a BERT has \(name)") }
            return matrix
        }
        func dense(_ name: String) -> (weight: Matrix, bias: Matrix)? {
            guard let weight = parameters[name + ".weight"], let bias = parameters[name + ".bias"] else { return nil }
            return (weight, bias)
        }
        words = named("bert.embeddings.word_embeddings.weight")
        positions = named("bert.embeddings.position_embeddings.weight")
        types = named("bert.embeddings.token_type_embeddings.weight")
        gain = named("bert.embeddings.LayerNorm.weight")
        offset = named("bert.embeddings.LayerNorm.bias")
        layers = (0..<configuration.layerCount).map { index in
            let name = "bert.encoder.layer.\(index)"
            let parts = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
            return Layer(
                queryKeyValue: parameters.stacked(parts.map { $0 + ".weight" }, columns: configuration.hiddenSize),
                queryKeyValueBias: parameters.stacked(parts.map { $0 + ".bias" }, columns: 3 * configuration.hiddenSize),
                attentionOutput: named("\(name).attention.output.dense.weight"),
                attentionOutputBias: named("\(name).attention.output.dense.bias"),
                attentionGain: named("\(name).attention.output.LayerNorm.weight"),
                attentionOffset: named("\(name).attention.output.LayerNorm.bias"),
                intermediate: named("\(name).intermediate.dense.weight"),
                intermediateBias: named("\(name).intermediate.dense.bias"),
                output: named("\(name).output.dense.weight"),
                outputBias: named("\(name).output.dense.bias"),
                outputGain: named("\(name).output.LayerNorm.weight"),
                outputOffset: named("\(name).output.LayerNorm.bias"))
        }
        pooler = dense("bert.pooler.dense")
        classifier = dense("classifier")
    }
}
