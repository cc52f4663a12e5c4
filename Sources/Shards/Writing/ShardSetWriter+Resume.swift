import Files

extension ShardSetWriter {
    /// Removes what a kill left in a folder, and reads the journal or begins one.
    static func resumed(_ folder: String, _ opening: Journal.Opening) throws(ShardError) -> Journal {
        let names = try files { () throws(FilesError) in try Folder.names(folder) }
        if names.contains(ShardFormat.manifest) { throw .sealed(folder: folder) }
        let path = folder + "/" + ShardFormat.journal
        var journal = Journal(opening)
        if names.contains(ShardFormat.journal) {
            let bytes = try files { () throws(FilesError) in try Folder.contents(path) }
            if let found = try Journal.read(bytes, path) {
                let differences = differences(of: found.opening, from: opening)
                guard differences.isEmpty else { throw .differentContents(folder: folder, what: differences) }
                journal = found
            }
            if journal.text != bytes { try files { () throws(FilesError) in try AtomicFile.write(journal.text, to: path) } }
        } else {
            // Without a journal no shard is ours to remove.
            if let other = names.first(where: { ShardFormat.isShardName($0) || ShardFormat.isShardName(String($0.dropLast(5))) }) {
                throw .notOurs(folder: folder, name: other)
            }
            try files { () throws(FilesError) in try AtomicFile.write(journal.text, to: path) }
        }
        for entry in journal.entries { try check(entry, folder) }
        let committed = Set(journal.entries.map(\.name))
        for name in names where isLeftOver(name, committed) {
            try files { () throws(FilesError) in try Folder.remove(folder + "/" + name) }
        }
        return journal
    }

    /// A file of ours that was not finished, or a shard that did not get into the journal.
    private static func isLeftOver(_ name: String, _ committed: Set<String>) -> Bool {
        if name.hasSuffix(".part") {
            let whole = String(name.dropLast(5))
            return whole == ShardFormat.manifest || whole == ShardFormat.journal || ShardFormat.isShardName(whole)
        }
        return ShardFormat.isShardName(name) && !committed.contains(name)
    }

    /// A shard in the journal is on the disk, whole: its footer is read, not all of it.
    static func check(_ entry: ShardManifest.File, _ folder: String) throws(ShardError) {
        let path = folder + "/" + entry.name
        let file = try files { () throws(FilesError) in try MappedFile(path) }
        let hash = try ShardFooter.read(file.bytes, path).hash
        guard file.count == entry.bytes, ShardManifest.hex(hash) == entry.footer else {
            throw .damaged(file: path, row: nil, column: nil, problem: "it is not the shard that the journal names")
        }
    }

    static func differences(of found: Journal.Opening, from asked: Journal.Opening) -> [String] {
        var list = asked.identity.differences(from: found.identity)
        if found.schema != asked.schema { list += asked.schema.differences(from: found.schema) }
        if found.shardBytes != asked.shardBytes { list.append("shard size: expected \(asked.shardBytes), found \(found.shardBytes)") }
        return list
    }
}

extension ShardSchema {
    /// Each column in which `found` differs.
    func differences(from found: ShardSchema) -> [String] {
        var list: [String] = []
        for column in small where !found.small.contains(column) { list.append("column '\(column.name)' is new or differs") }
        for column in large where !found.large.contains(column) { list.append("column '\(column.name)' is new or differs") }
        let names = Set(small.map(\.name) + large.map(\.name))
        for name in found.small.map(\.name) + found.large.map(\.name) where !names.contains(name) {
            list.append("column '\(name)' is not asked for")
        }
        return list.isEmpty && self != found ? ["the order of the columns"] : list
    }
}
