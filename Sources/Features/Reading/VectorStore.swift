import Kernels
import Shards
import Synchronization

/// Decoded shard-wide columns of vectors, of the shards that were used last.
final class VectorStore: Sendable {
    private struct Key: Hashable {
        let shard: Int
        let column: Int
    }

    private struct State {
        var columns: [Key: Matrix] = [:]
        var shards: [Int] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// The vectors of a shard's rows [rows, width], made by `decode` where they are not at hand.
    func vectors(shard: Int, column: Int, _ decode: () throws(FeaturesError) -> Matrix) throws(FeaturesError) -> Matrix {
        let key = Key(shard: shard, column: column)
        if let found = state.withLock({ $0.columns[key] }) { return found }
        let made = try decode()
        state.withLock { state in
            state.columns[key] = made
            state.shards.removeAll { $0 == shard }
            state.shards.append(shard)
            if state.shards.count > limit {
                let oldest = state.shards.removeFirst()
                state.columns = state.columns.filter { $0.key.shard != oldest }
            }
        }
        return made
    }
}
