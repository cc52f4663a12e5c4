import Files
public import Pipelines
import Shards

/// `limbeck repair`.
public enum RepairCommand {
    /// Prints what was kept and what was dropped.
    public static func run(_ folder: String) throws(PipelinesError) {
        guard Folder.isFolder(folder) else { throw .files(.missing(path: folder)) }
        if ShardSet.isSealed(folder) {
            throw .stage("repair", problem: "'\(folder)' is complete; `limbeck verify` checks it, and one that is damaged is made again")
        }
        let repair = try lift(PipelinesError.shards) { () throws(ShardError) in try ShardFolderClaim(folder).repair() }
        var text = "kept \(repair.keptShards) shards of \(repair.keptRows) sequences\n"
        for line in repair.removed { text += "dropped \(line)\n" }
        let lines = text
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(lines) }
    }
}
