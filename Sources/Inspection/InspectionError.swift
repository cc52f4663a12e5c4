public import BERT
public import Corpora
public import Documents
public import Features
public import Files
public import Shards
public import Tokens

/// Why a report cannot be made.
public enum InspectionError: Error, Equatable, Sendable, CustomStringConvertible {
    case nothingKnown(path: String)
    case noRow(folder: String, row: Int, count: Int)
    case noDocuments(path: String)
    case corpora(CorporaError)
    case documents(DocumentsError)
    case model(BERTError)
    case features(FeaturesError)
    case shards(ShardError)
    case tokens(TokensError)
    case files(FilesError)

    public var description: String {
        switch self {
        case .nothingKnown(let path):
            "\(path): holds neither tokens, features nor a model; give a folder with manifest.json or config.json, or one that has such folders"
        case .noRow(let folder, let row, let count): "\(folder): there is no sequence \(row); it has \(count), counted from 0"
        case .noDocuments(let path):
            "\(path): holds no documents; give a folder that `limbeck corpus wikipedia --output` filled, a run that read dumps, or a dump"
        case .corpora(let error): error.description
        case .documents(let error): error.description
        case .model(let error): error.description
        case .features(let error): error.description
        case .shards(let error): error.description
        case .tokens(let error): error.description
        case .files(let error): error.description
        }
    }
}

func lift<Value, Failure: Error>(
    _ wrap: (Failure) -> InspectionError, _ body: () throws(Failure) -> Value
) throws(InspectionError) -> Value {
    do { return try body() } catch { throw wrap(error) }
}
