public import Files

/// What can be wrong with a model: where, and what to do.
public enum BERTError: Error, Equatable, CustomStringConvertible {
    case configuration(file: String, problem: String)
    /// The folder has no `model.safetensors`; `found` names a weight file of another kind, if there is one.
    case missingWeights(folder: String, found: String?)
    case safetensors(file: String, problem: String)
    case missingTensors(file: String, names: [String])
    case unexpectedTensors(file: String, names: [String])
    case wrongShape(file: String, tensor: String, expected: [Int], found: [Int])
    case unsupportedType(file: String, tensor: String, type: String)
    /// A weight that is NaN or infinite.
    case notFinite(file: String, tensor: String)
    case missingHead(folder: String, part: String)
    case sequence(problem: String)
    case files(FilesError)

    public var description: String {
        switch self {
        case .configuration(let file, let problem): "\(file): \(problem)"
        case .missingWeights(let folder, let found?):
            "\(folder): there is no model.safetensors, only \(found); convert it with "
                + "`AutoModelForSequenceClassification.from_pretrained(...).save_pretrained(..., safe_serialization=True)` of transformers "
                + "(`AutoModel` for an encoder without a classifier)"
        case .missingWeights(let folder, nil):
            "\(folder): there is no model.safetensors; give the folder of a Hugging Face BERT (config.json, model.safetensors, vocab.txt)"
        case .safetensors(let file, let problem): "\(file): \(problem); the file is damaged or incomplete, fetch it again"
        case .missingTensors(let file, let names):
            "\(file): missing \(list(names)); config.json describes another model, or the file is incomplete"
        case .unexpectedTensors(let file, let names):
            "\(file): unknown \(list(names)); the model has parts that BERT does not, and their effect would be lost"
        case .wrongShape(let file, let tensor, let expected, let found):
            "\(file): tensor '\(tensor)' has shape \(found), config.json asks for \(expected)"
        case .unsupportedType(let file, let tensor, let type):
            "\(file): tensor '\(tensor)' is of type \(type); F32, F16 and BF16 are read"
        case .notFinite(let file, let tensor):
            "\(file): tensor '\(tensor)' holds NaN or infinity; train or fetch the model again"
        case .missingHead(let folder, let part):
            "\(folder): the model has no \(part); fine-tune it first (`limbeck finetune`), or give a model with a classifier"
        case .sequence(let problem): problem
        case .files(let error): error.description
        }
    }
}

private func list(_ names: [String]) -> String {
    let shown = names.prefix(4).map { "'\($0)'" }.joined(separator: ", ")
    let more = names.count > 4 ? " and \(names.count - 4) more" : ""
    return (names.count == 1 ? "tensor " : "tensors ") + shown + more
}
