extension ShardSetWriter {
    /// Which rows go to which shard: each closes with the first row that makes its raw bytes `shardBytes` or more.
    ///
    /// - Parameter rawBytes: of each row, as `rawBytes(length:schema:)` gives them.
    public static func boundaries(rawBytes: [Int], shardBytes: Int) -> [Range<Int>] {
        var shards: [Range<Int>] = []
        var (first, sum) = (0, 0)
        for (row, bytes) in rawBytes.enumerated() {
            sum += bytes
            if sum >= shardBytes {
                shards.append(first..<row + 1)
                (first, sum) = (row + 1, 0)
            }
        }
        if first < rawBytes.count { shards.append(first..<rawBytes.count) }
        return shards
    }

    /// Bytes of a row of so many tokens before compression.
    public static func rawBytes(length: Int, schema: ShardSchema) -> Int { schema.rawBytes(length: length) }

    /// Bytes that a column of one row may have at most.
    static var largestColumn: Int { 1 << 30 }

    /// Refuses a row that does not fit the schema, or that is not finite in a large column.
    func check(_ row: ShardRow, _ number: Int) throws(ShardError) {
        func wrong(_ problem: String) -> ShardError { .row(row: number, problem: problem) }
        guard (0...Int(Int32.max)).contains(row.length) else { throw wrong("a length of \(row.length)") }
        guard row.small.count == schema.small.count, row.large.count == schema.large.count else {
            throw wrong(
                "\(row.small.count) small and \(row.large.count) large columns; "
                    + "the schema has \(schema.small.count) and \(schema.large.count)")
        }
        for (column, contents) in zip(schema.small, row.small) {
            let expected = column.bytes(length: row.length)
            guard contents.count == expected, expected <= Self.largestColumn else {
                throw wrong("column '\(column.name)' has \(contents.count) bytes, and \(row.length) tokens have \(expected)")
            }
        }
        for (column, contents) in zip(schema.large, row.large) {
            let expected = column.bytes(length: row.length)
            guard contents.count == expected, expected <= Self.largestColumn else {
                throw wrong("column '\(column.name)' has \(contents.count) bytes, and \(row.length) tokens have \(expected)")
            }
            if column.element.hasNonFinite(contents, width: column.width) { throw .notFinite(row: number, column: column.name) }
        }
    }
}
