public import Files

/// What can be wrong with shards: where, and what to do.
public enum ShardError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no manifest: the writing was cut off, or this is no folder of shards.
    case unsealed(folder: String)
    /// A folder that is none of shards; `sets` stand in it.
    case noShards(folder: String, sets: [String])
    /// A writer was asked to go on in a folder that is complete.
    case sealed(folder: String)
    /// Bytes that are not what was written.
    case damaged(file: String, row: Int?, column: String?, problem: String)
    case unknownVersion(file: String, found: Int)
    /// A folder without a journal that holds shards: whoever made them, they are not removed.
    case notOurs(folder: String, name: String)
    /// A folder was begun with other contents.
    case differentContents(folder: String, what: [String])
    case schema(problem: String)
    /// A row that does not fit the schema.
    case row(row: Int, problem: String)
    case notFinite(row: Int, column: String)
    case unknownColumn(folder: String, name: String, present: [String])
    case wrongElement(folder: String, column: String, expected: ElementType, found: ElementType)
    case files(FilesError)

    public var description: String {
        switch self {
        case .unsealed(let folder):
            "\(folder): there is no manifest.json, so the shards are not complete; "
                + "run the command that writes them again, it goes on where it stopped"
        case .noShards(let folder, let sets):
            sets.isEmpty ? "\(folder): holds no shards (neither manifest.json nor journal.jsonl); give the folder of a cache, or of token shards"
                : "\(folder): is no set of shards itself; it holds \(sets.map { "\(folder)/\($0)" }.joined(separator: ", ")), give one of them"
        case .sealed(let folder): "\(folder): the shards here are complete; read them, or choose another folder"
        case .damaged(let file, let row, let column, let problem):
            file + (row.map { ", row \($0)" } ?? "") + (column.map { ", column '\($0)'" } ?? "")
                + ": \(problem); the file is damaged, remove its folder and make it again"
        case .unknownVersion(let file, let found):
            "\(file): format version \(found), and this program reads version \(ShardFormat.version); "
                + "use a newer one, or make the shards again"
        case .differentContents(let folder, let what):
            "\(folder): was begun with other contents (\(what.joined(separator: "; "))); choose another folder, or remove this one"
        case .notOurs(let folder, let name): "\(folder): holds '\(name)' and no journal.jsonl, so it is not a cache to go on with; choose another folder"
        case .schema(let problem): "columns of a shard: \(problem)"
        case .row(let row, let problem): "row \(row): \(problem)"
        case .notFinite(let row, let column):
            "row \(row), column '\(column)': holds NaN or infinity, which is not cached; "
                + "check the model, or choose a wider precision"
        case .unknownColumn(let folder, let name, let present):
            "\(folder): there is no column '\(name)', only \(present.map { "'\($0)'" }.joined(separator: ", ")); "
                + "make the shards again with it"
        case .wrongElement(let folder, let column, let expected, let found):
            "\(folder): column '\(column)' holds \(found), and \(expected) is asked for"
        case .files(let error): error.description
        }
    }
}

/// Runs a call on files, its error wrapped as ours.
func files<Value>(_ call: () throws(FilesError) -> Value) throws(ShardError) -> Value {
    do { return try call() } catch { throw .files(error) }
}
