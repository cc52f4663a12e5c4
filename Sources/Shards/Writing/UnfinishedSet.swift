import Files

/// What a folder holds that is still being filled, or was left so.
public struct UnfinishedSet: Sendable, Equatable {
    public var identity: ShardIdentity
    /// Committed.
    public var shards: Int
    public var rows: Int
    public var bytes: Int

    /// Nil where the folder is complete, or has no journal. Looks at the journal alone and takes no lock.
    public init?(_ folder: String) throws(ShardError) {
        let path = folder + "/" + ShardFormat.journal
        guard !ShardSet.isSealed(folder), Folder.exists(path) else { return nil }
        let bytes = try files { () throws(FilesError) in try Folder.contents(path) }
        guard let journal = try Journal.read(bytes, path) else { return nil }
        identity = journal.opening.identity
        (shards, rows) = (journal.entries.count, journal.entries.reduce(0) { $0 + $1.rows })
        self.bytes = journal.entries.reduce(0) { $0 + $1.bytes }
    }
}
