import Files

/// A folder that one writer holds: what was begun there can be looked at before it is decided what is written.
public final class ShardFolderClaim {
    public let folder: String
    private let lock: FolderLock

    /// Locks the folder, which is made where there is none.
    ///
    /// - Throws: `ShardError.files` where another process writes there.
    public init(_ folder: String) throws(ShardError) {
        self.folder = folder
        lock = try files { () throws(FilesError) in
            try Folder.create(folder)
            return try FolderLock(folder)
        }
    }

    /// What was begun in the folder; nil where nothing was.
    public func begun() throws(ShardError) -> (identity: ShardIdentity, committed: [ShardManifest.File])? {
        try journal().map { ($0.opening.identity, $0.entries) }
    }

    func journal() throws(ShardError) -> Journal? {
        let path = folder + "/" + ShardFormat.journal
        guard Folder.exists(path) else { return nil }
        let bytes = try files { () throws(FilesError) in try Folder.contents(path) }
        return try Journal.read(bytes, path)
    }
}
