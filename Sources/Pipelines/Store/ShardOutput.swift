import Files

/// A folder that a command fills with shards.
package enum ShardOutput {
    /// Refuses one that holds files and no shards that were begun: it is somebody's.
    package static func check(_ folder: String, command: String) throws(PipelinesError) {
        guard Folder.isFolder(folder) else { return }
        let names = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.names(folder) }
        // The kernels of a cache are noted before its journal begins.
        let ours = ["journal.jsonl", "journal.jsonl.part", "manifest.json", "parts", "arithmetic.txt", "arithmetic.txt.part"]
        guard let other = names.sorted().first, !names.contains(where: ours.contains) else { return }
        throw .holdsOthers(folder, other, stage: command)
    }
}
