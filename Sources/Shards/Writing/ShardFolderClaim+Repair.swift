import Files

/// What a repair found and did.
public struct ShardRepair: Sendable, Equatable {
    public var keptShards: Int
    public var keptRows: Int
    /// Files that were removed, and why.
    public var removed: [String]
}

extension ShardFolderClaim {
    /// Drops what was not finished: a torn last line of the journal, files that are not in it, and from the first shard that is not what its
    /// line says all shards. What is left is what a writer goes on from; nothing is made up.
    ///
    /// - Throws: `ShardError.sealed` where the folder is complete, `.unsealed` where there is no journal to go by, `.damaged` where a line
    ///   before the last is wrong.
    public func repair() throws(ShardError) -> ShardRepair {
        if ShardSet.isSealed(folder) { throw .sealed(folder: folder) }
        guard let found = try journal() else { throw ShardSet.problem(folder) }
        var kept = Journal(found.opening)
        var removed: [String] = []
        for entry in found.entries {
            guard removed.isEmpty, isWhole(entry) else {
                removed.append("\(entry.name): \(removed.isEmpty ? "not what the journal says" : "after one that is dropped")")
                continue
            }
            _ = kept.append(entry)
        }
        let names = try files { () throws(FilesError) in try Folder.names(folder) }
        let (path, text, opening) = (folder + "/" + ShardFormat.journal, kept.text, found.opening)
        if try files({ () throws(FilesError) in try Folder.contents(path) }) != text {
            try files { () throws(FilesError) in try AtomicFile.write(text, to: path) }
        }
        _ = try ShardSetWriter.resumed(folder, opening)
        let left = Set(try files { () throws(FilesError) in try Folder.names(folder) })
        for name in names where !left.contains(name) && !removed.contains(where: { $0.hasPrefix(name + ":") }) {
            removed.append("\(name): not finished")
        }
        return ShardRepair(keptShards: kept.entries.count, keptRows: kept.next.row - (opening.part?.row ?? 0), removed: removed)
    }

    private func isWhole(_ entry: ShardManifest.File) -> Bool {
        let path = folder + "/" + entry.name
        guard let file = try? MappedFile(path), file.count == entry.bytes else { return false }
        let hash = ContentHash()
        unsafe file.bytes.withUnsafeBytes { unsafe hash.update($0) }
        return hash.hex128() == entry.xxh3
    }
}
