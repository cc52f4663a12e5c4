import Files
public import Kernels

/// The head of a `BertForMaskedLM`: logits of every word of the vocabulary at a token, from its last state. Its decoder is the table of
/// word embeddings, unless the file has one of its own.
public struct MaskedLanguageHead: Sendable {
    private let dense, denseBias, gain, offset: Matrix
    /// [vocabulary, hidden]
    private let decoder: Matrix
    private let bias: Matrix
    private let epsilon: Float

    /// Reads the head of a Hugging Face folder; nil where it has none.
    ///
    /// - Parameter model: of the same folder, whose word embeddings may be the decoder.
    /// - Throws: `BERTError` where a part of the head is missing or has another shape.
    public init?(folder: String, of model: BERTModel) throws(BERTError) {
        let path = folder + "/model.safetensors"
        guard Folder.exists(path) else { return nil }
        let file = try SafetensorsFile(path)
        guard file.tensors.keys.contains(where: { $0.hasPrefix("cls.predictions.") }) else { return nil }
        let (hidden, words) = (model.configuration.hiddenSize, model.configuration.vocabularySize)
        func tensor(_ names: [String], rows: Int, columns: Int) throws(BERTError) -> Matrix {
            guard let name = names.first(where: { file.tensors[$0] != nil }) else { throw .missingTensors(file: path, names: [names[0]]) }
            let (matrix, shape) = (Matrix(rows: rows, columns: columns), rows == 1 ? [columns] : [rows, columns])
            guard file.tensors[name]?.shape == shape, try file.read(name, into: matrix) else {
                throw .wrongShape(file: path, tensor: name, expected: shape, found: file.tensors[name]?.shape ?? [])
            }
            return matrix
        }
        let transform = "cls.predictions.transform."
        dense = try tensor([transform + "dense.weight"], rows: hidden, columns: hidden)
        denseBias = try tensor([transform + "dense.bias"], rows: 1, columns: hidden)
        gain = try tensor([transform + "LayerNorm.weight", transform + "LayerNorm.gamma"], rows: 1, columns: hidden)
        offset = try tensor([transform + "LayerNorm.bias", transform + "LayerNorm.beta"], rows: 1, columns: hidden)
        bias = try tensor(["cls.predictions.bias", "cls.predictions.decoder.bias"], rows: 1, columns: words)
        if file.tensors["cls.predictions.decoder.weight"] != nil {
            decoder = try tensor(["cls.predictions.decoder.weight"], rows: words, columns: hidden)
        } else {
            guard let embeddings = model.weights["bert.embeddings.word_embeddings.weight"] else { preconditionFailure("a model has word embeddings") }
            decoder = embeddings
        }
        epsilon = model.configuration.layerNormEpsilon
    }

    /// - Parameter states: last states of some tokens [tokens, hidden].
    /// - Returns: [tokens, vocabulary]
    public func logits(_ states: Matrix, on workers: Workers) -> Matrix {
        let sum = Matrix(rows: states.rows, columns: dense.rows)
        multiply(states, dense.transposed, bias: denseBias, into: sum, on: workers)
        let active = Matrix(rows: sum.rows, columns: sum.columns)
        applyGELU(sum, into: active)
        let normal = Matrix(rows: sum.rows, columns: sum.columns)
        layerNorm(active, gain: gain, offset: offset, epsilon: epsilon, normalised: active, inverse: Matrix(rows: sum.rows, columns: 1), into: normal)
        let logits = Matrix(rows: states.rows, columns: decoder.rows)
        multiply(normal, decoder.transposed, bias: bias, into: logits, on: workers)
        return logits
    }
}
