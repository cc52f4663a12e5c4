/// What a column takes.
public struct ColumnSize: Sendable, Equatable {
    public var name: String
    /// After decoding.
    public var raw: Int
    /// In the files.
    public var stored: Int
}

extension ShardSet {
    /// The size of every column, in the schema's order; `lengths` comes first.
    public func columnSizes() throws(ShardError) -> [ColumnSize] {
        var sizes = (["lengths"] + schema.small.map(\.name) + schema.large.map(\.name)).map { ColumnSize(name: $0, raw: 0, stored: 0) }
        for ordinal in manifest.files.indices {
            let shard = try pool.shard(ordinal)
            func add(_ record: FrameRecord, _ index: Int) {
                sizes[index].raw += Int(record.raw)
                sizes[index].stored += Int(record.stored)
            }
            for column in 0...schema.small.count { add(shard.record(wide: column), column) }
            for row in 0..<shard.entry.rows {
                for column in schema.large.indices { add(shard.record(large: column, row: row), 1 + schema.small.count + column) }
            }
        }
        return sizes
    }
}
