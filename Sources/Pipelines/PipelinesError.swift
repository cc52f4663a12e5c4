public import BERT
public import Corpora
public import Documents
public import Features
public import Files
public import MediaWiki
public import Shards
public import Tokens
public import Training
public import WordPiece

/// Why a pipeline, or one of its stages, stopped: where, and what to do.
public enum PipelinesError: Error, Sendable, CustomStringConvertible {
    /// A value in a settings file: `place` is file, line and column, or the option that it came from.
    case setting(place: String, key: String, problem: String)
    case yaml(file: String, problem: String)
    /// The user asked to stop; the state is saved.
    case interrupted(stage: String)
    /// The user asked to stop what has no state.
    case stopped
    case tooManyRejects(stage: String, count: Int, limit: Int, first: String)
    case stage(String, problem: String)
    case usage(String)
    /// A model whose classes are not those of the data.
    case labels(folder: String, TokensError)
    case corpora(CorporaError)
    case mediaWiki(MediaWikiError)
    case documents(DocumentsError)
    case wordPiece(WordPieceError)
    case shards(ShardError)
    case tokens(TokensError)
    case features(FeaturesError)
    case training(TrainingError)
    case model(BERTError)
    case files(FilesError)

    public var description: String {
        switch self {
        case .setting(let place, let key, let problem): key.isEmpty ? "\(place): \(problem)" : "\(place): \(key): \(problem)"
        case .yaml(let file, let problem): "\(file): \(problem)"
        case .interrupted(let stage): "interrupted in stage '\(stage)'; the state is saved, the same command goes on from there"
        case .stopped: "stopped; nothing of this command is kept"
        case .tooManyRejects(let stage, let count, let limit, let first):
            "stage '\(stage)': \(count) records are unusable, \(limit) are allowed (a pipeline's corpus.rejects); the first: \(first)"
        case .stage(let stage, let problem): "stage '\(stage)': \(problem)"
        case .usage(let problem): problem
        case .labels(let folder, let error):
            // No order helps where their numbers differ.
            "\(folder): \(error.description)" + (error.isOfCounts ? "" : "; or state the order of the model's classes (`labels: [...]` of a pipeline's teacher, --labels of evaluate and predict)")
        case .corpora(let error): error.description
        case .mediaWiki(let error): error.description
        case .documents(let error): error.description
        case .wordPiece(let error): error.description
        case .shards(let error): error.description
        case .tokens(let error): error.description
        case .features(let error): error.description
        case .training(let error): error.description
        case .model(let error): error.description
        case .files(let error): error.description
        }
    }

    /// A folder to be filled that somebody's files stand in.
    package static func holdsOthers(_ folder: String, _ file: String, stage: String) -> PipelinesError {
        .stage(stage, problem: "'\(folder)' holds other files ('\(file)'); give a new or an empty folder")
    }

    /// Whether it means that the user stopped the work.
    public var isInterruption: Bool {
        switch self {
        case .interrupted, .stopped, .training(.interrupted), .training(.stopped), .features(.interrupted), .files(.interrupted), .mediaWiki(.files(.interrupted)): true
        default: false
        }
    }

    /// Whether it means that the reader of the output has gone, which is no fault.
    public var isClosedPipe: Bool {
        switch self {
        case .files(.closedPipe), .model(.files(.closedPipe)): true
        default: false
        }
    }

    /// Whether it means that command or settings are wrong, rather than that the work failed.
    public var isUsage: Bool {
        switch self {
        case .setting, .yaml, .usage: true
        default: false
        }
    }
}

/// Runs a piece of another module's work, with its error as one of this module's.
package func lift<Value, Failure: Error>(
    _ wrap: (Failure) -> PipelinesError, _ body: () throws(Failure) -> Value
) throws(PipelinesError) -> Value {
    do { return try body() } catch { throw wrap(error) }
}
