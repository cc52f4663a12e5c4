import Files
import Kernels

extension MaskedLanguageHead {
    /// Whether a Hugging Face folder has such a head; the shapes of its tensors are not looked at.
    public static func exists(in folder: String) throws(BERTError) -> Bool { try file(in: folder) != nil }

    /// The weights of a folder that has such a head.
    private static func file(in folder: String) throws(BERTError) -> SafetensorsFile? {
        let path = folder + "/model.safetensors"
        guard Folder.exists(path) else { return nil }
        let file = try SafetensorsFile(path)
        return file.tensors.keys.contains { $0.hasPrefix(Names.head) } ? file : nil
    }

    /// Reads the head of a Hugging Face folder; nil where it has none.
    ///
    /// - Parameter model: of the same folder, whose word embeddings may be the decoder.
    /// - Throws: `BERTError` where a part of the head is missing or has another shape.
    public init?(folder: String, of model: BERTModel) throws(BERTError) {
        guard let file = try Self.file(in: folder) else { return nil }
        let path = folder + "/model.safetensors"
        let (hidden, words) = (model.configuration.hiddenSize, model.configuration.vocabularySize)
        func tensor(_ names: [String], rows: Int, columns: Int) throws(BERTError) -> Matrix {
            guard let name = names.first(where: { file.tensors[$0] != nil }) else { throw .missingTensors(file: path, names: [names[0]]) }
            let (matrix, shape) = (Matrix(rows: rows, columns: columns), rows == 1 ? [columns] : [rows, columns])
            guard file.tensors[name]?.shape == shape, try file.read(name, into: matrix) else {
                throw .wrongShape(file: path, tensor: name, expected: shape, found: file.tensors[name]?.shape ?? [])
            }
            return matrix
        }
        guard let embeddings = model.weights["bert.embeddings.word_embeddings.weight"] else { preconditionFailure("a model has word embeddings") }
        self.init(
            dense: try tensor([Names.dense + "weight"], rows: hidden, columns: hidden),
            denseBias: try tensor([Names.dense + "bias"], rows: 1, columns: hidden),
            gain: try tensor([Names.norm + "weight", Names.norm + "gamma"], rows: 1, columns: hidden),
            offset: try tensor([Names.norm + "bias", Names.norm + "beta"], rows: 1, columns: hidden),
            decoder: file.tensors[Names.decoder] == nil ? embeddings : try tensor([Names.decoder], rows: words, columns: hidden),
            bias: try tensor([Names.bias, "cls.predictions.decoder.bias"], rows: 1, columns: words), epsilon: model.configuration.layerNormEpsilon)
    }
}
