import Synchronization

/// The shards of a set, each mapped when it is first read; of more than a limit the one that was not used for longest is let go.
final class ShardPool: Sendable {
    private struct State {
        var shards: [ShardFile?]
        /// Mapped shards, the last used last.
        var recent: [Int] = []
    }

    private let folder: String
    private let manifest: ShardManifest
    private let limit: Int
    private let state: Mutex<State>

    init(folder: String, manifest: ShardManifest, limit: Int) {
        precondition(limit > 0, "a set of which nothing may be mapped cannot be read")
        (self.folder, self.manifest, self.limit) = (folder, manifest, limit)
        state = Mutex(State(shards: Array(repeating: nil, count: manifest.files.count)))
    }

    var mappedCount: Int { state.withLock { $0.recent.count } }

    /// A shard that is mapped and was checked when it was; whoever holds it may go on reading after it was let go.
    func shard(_ ordinal: Int) throws(ShardError) -> ShardFile {
        // Mapping under the lock: two threads never map one shard twice.
        let result = state.withLock { state -> Result<ShardFile, ShardError> in
            if let shard = state.shards[ordinal] {
                if limit < state.shards.count, state.recent.last != ordinal {
                    state.recent.removeAll { $0 == ordinal }
                    state.recent.append(ordinal)
                }
                return .success(shard)
            }
            let shard: ShardFile
            do throws(ShardError) {
                shard = try ShardFile(folder: folder, manifest.files[ordinal], manifest)
            } catch { return .failure(error) }
            if state.recent.count >= limit { state.shards[state.recent.removeFirst()] = nil }
            state.shards[ordinal] = shard
            state.recent.append(ordinal)
            return .success(shard)
        }
        return try result.get()
    }

    /// The ordinal of the shard that holds a row.
    func ordinal(of row: Int) -> Int {
        let files = manifest.files
        precondition(row >= 0 && row < manifest.rows, "a row of the set")
        var (low, high) = (0, files.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if files[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return low
    }
}
