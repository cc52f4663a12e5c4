public import Shards

/// What can be wrong with token sequences: where, and what to do.
public enum TokensError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The labels of data and model do not fit; both in their order.
    case labels(expected: [String], found: [String], problem: String)
    /// An example that cannot be stored.
    case example(row: Int, problem: String)
    /// Shards that hold something else.
    case contents(folder: String, problem: String)
    case shards(ShardError)

    public var description: String {
        switch self {
        case .labels(let expected, let found, let problem):
            "\(problem) (data: \(Self.text(expected)); model: \(Self.text(found)))"
        case .example(let row, let problem): "example \(row): \(problem)"
        case .contents(let folder, let problem): "\(folder): \(problem); make the token stage again"
        case .shards(let error): error.description
        }
    }

    /// Whether data and model have different numbers of labels.
    public var isOfCounts: Bool { if case .labels(let expected, let found, _) = self { expected.count != found.count } else { false } }

    private static func text(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}

/// Runs a call on shards, its error wrapped as ours.
func shards<Value>(_ call: () throws(ShardError) -> Value) throws(TokensError) -> Value {
    do { return try call() } catch { throw .shards(error) }
}
