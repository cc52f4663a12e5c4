public import BERT
public import Files
public import Shards
public import Tokens

/// What can be wrong with a cache of features: where, and what to do.
public enum FeaturesError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The user asked to stop; committed shards are kept.
    case interrupted(row: Int)
    /// The cache was made from other things than those at hand.
    case stale(folder: String, what: [String])
    case notFeatures(folder: String, kind: String)
    case specification(problem: String)
    case missing(folder: String, what: String)
    case damaged(file: String, problem: String)
    /// A vector, or the mean of all, is stored worse than the precision declares.
    case fidelity(folder: String, column: String, role: String, row: Int?, found: String, bound: String)
    case model(BERTError)
    case shards(ShardError)
    case tokens(TokensError)
    case files(FilesError)

    public var description: String {
        switch self {
        case .interrupted(let row): "interrupted at sequence \(row); finished shards are kept, the same command goes on from there"
        case .stale(let folder, let what):
            "\(folder): the cache is stale: \(what.joined(separator: "; ")); give another folder, or remove it and make it again with `limbeck features`"
        case .notFeatures(let folder, let kind): "\(folder): holds \(kind), and a cache of features is asked for"
        case .specification(let problem): problem
        case .missing(let folder, let what):
            "\(folder): the cache has no \(what); make it again with `limbeck features`, asking for it"
        case .damaged(let file, let problem): "\(file): \(problem); remove the cache and make it again"
        case .fidelity(let folder, let column, let role, let row, let found, let bound):
            "\(folder): column '\(column)', \(role)\(row.map { " of sequence \($0)" } ?? ", mean over all"): the centred cosine of what is stored is \(found), and "
                + "\(bound) is declared for this precision; choose a wider one"
        case .model(let error): error.description
        case .shards(let error): error.description
        case .tokens(let error): error.description
        case .files(let error): error.description
        }
    }
}

/// Runs a piece of another module's work, with its error as one of this module's.
func lift<Value, Failure: Error>(
    _ wrap: (Failure) -> FeaturesError, _ body: () throws(Failure) -> Value
) throws(FeaturesError) -> Value {
    do { return try body() } catch { throw wrap(error) }
}
