import Testing

@testable import Shards

@Suite("Promise 9: only so many shards are mapped") struct MappedShardsTests {
    private static let rows = Samples.rows(Samples.schema, lengths: (0..<40).map { $0 * 7 % 11 })

    @Test(arguments: [1, 2, 5]) func noMoreThanTheLimit(limit: Int) throws {
        let scratch = try Scratch("mapped-\(limit)")
        try Samples.write(Self.rows, scratch.path, shardBytes: 700)
        let set = try ShardSet(folder: scratch.path, mappedShards: limit)
        try #require(set.manifest.files.count > 6)
        #expect(set.mappedShards <= limit)
        // There and back, and here and there: the values are right, whatever had been let go.
        let order = Array(0..<40) + (0..<40).reversed() + (0..<40).map { $0 * 17 % 40 }
        for row in order {
            for column in Samples.schema.large.indices {
                #expect(try set.large(column: column, row: row) == Self.rows[row].large[column])
            }
            #expect(set.mappedShards <= limit)
        }
        #expect(try Samples.values(set) == Samples.values(Self.rows))
        try set.verify()
        #expect(set.mappedShards <= limit)
    }
}
