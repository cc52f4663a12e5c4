import Files

/// A folder that a command fills with shards.
package enum ShardOutput {
    /// Refuses one that holds files and no shards that were begun: it is somebody's.
    package static func check(_ folder: String, command: String) throws(PipelinesError) {
        guard Folder.isFolder(folder) else { return }
        let names = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.names(folder) }
        let ours = ["journal.jsonl", "journal.jsonl.part", "manifest.json", "parts"]
        guard let other = names.sorted().first, !names.contains(where: ours.contains) else { return }
        throw .stage(command, problem: "'\(folder)' holds other files ('\(other)'); give a new or an empty folder")
    }
}
