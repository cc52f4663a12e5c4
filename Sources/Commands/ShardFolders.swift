import Files
import Pipelines
import Shards

enum ShardFolders {
    /// The sets of shards that a folder is or, as a stage's does, holds; the folder itself where there is none, whose error then
    /// says what is missing.
    static func find(_ folder: String) -> [String] {
        if ShardSet.isSealed(folder) { return [folder] }
        let inner = ((try? Folder.names(folder)) ?? []).map { folder + "/" + $0 }.filter(ShardSet.isSealed)
        return inner.isEmpty ? [folder] : inner
    }
}
