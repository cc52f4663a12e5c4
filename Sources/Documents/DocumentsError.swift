public import Shards

/// Why documents can't be stored, or read.
public enum DocumentsError: Error, Equatable, Sendable, CustomStringConvertible {
    case shards(ShardError)
    /// Shards that hold no documents, or impossible ones.
    case contents(folder: String, problem: String)

    public var description: String {
        switch self {
        case .shards(let error): error.description
        case .contents(let folder, let problem): "\(folder): \(problem); give a folder that `limbeck corpus` filled"
        }
    }
}

/// Runs work on shards, and says of its errors that they came from there.
func onShards<Value>(_ body: () throws(ShardError) -> Value) throws(DocumentsError) -> Value {
    do { return try body() } catch { throw .shards(error) }
}
