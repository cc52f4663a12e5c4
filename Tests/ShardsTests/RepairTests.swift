import Files
import Testing

@testable import Shards

@Suite struct RepairTests {
    private static let rows = Samples.rows(Samples.schema, lengths: [5, 0, 3, 40, 1, 8, 0, 17, 2, 9])

    /// A folder of several committed shards that is not sealed.
    private func begin(_ folder: String) throws -> Int {
        let writer = try ShardSetWriter(folder: folder, schema: Samples.schema, identity: Samples.identity, shardBytes: 700)
        for row in Self.rows.dropLast() { try writer.append(row) }
        return writer.committedRows
    }

    private func finish(_ folder: String) throws -> [String: [UInt8]] {
        try Samples.write(Self.rows, folder, shardBytes: 700)
        return try Samples.contents(folder)
    }

    @Test(arguments: ["nothing", "torn line", "part", "stray", "cut shard", "flipped bit", "missing shard"])
    func dropsWhatIsUnfinishedAndNoMore(damage: String) throws {
        let scratch = try Scratch("repair-\(damage)")
        let (folder, whole) = (scratch.path + "/set", scratch.path + "/whole")
        let committed = try begin(folder)
        let expected = try finish(whole)
        let shards = try Folder.names(folder).filter { $0.hasSuffix(".lz4") }
        try #require(shards.count > 3)
        let (journal, second) = (folder + "/journal.jsonl", folder + "/" + shards[1])
        var dropped: [String] = []
        switch damage {
        case "torn line": try Samples.put(Folder.contents(journal) + Array("{\"bytes\":12".utf8), journal)
        case "part":
            try Samples.put([1, 2, 3], folder + "/shard-00077.lz4.part")
            dropped = ["shard-00077.lz4.part: not finished"]
        case "stray":
            try Samples.put([1, 2, 3], folder + "/shard-00077.lz4")
            dropped = ["shard-00077.lz4: not finished"]
        case "nothing": break
        default:
            var bytes = try Folder.contents(second)
            if damage == "cut shard" { bytes.removeLast(bytes.count / 2) } else { bytes[bytes.count / 3] ^= 1 }
            if damage == "missing shard" { try Folder.remove(second) } else { try Samples.put(bytes, second) }
            dropped = ["\(shards[1]): not what the journal says"] + shards[2...].map { "\($0): after one that is dropped" }
        }
        let repair = try ShardFolderClaim(folder).repair()
        #expect(repair.removed == dropped)
        #expect(repair.keptShards == (dropped.count > 1 ? 1 : shards.count))
        #expect(dropped.count > 1 ? repair.keptRows < committed : repair.keptRows == committed)
        #expect(try ShardFolderClaim(folder).repair() == ShardRepair(keptShards: repair.keptShards, keptRows: repair.keptRows, removed: []))
        #expect(try finish(folder) == expected, "what was dropped is written again")
    }

    @Test func whatCannotBeRepairedIsSaid() throws {
        let scratch = try Scratch("repair-not")
        let (sealed, other) = (scratch.path + "/sealed", scratch.path + "/other")
        _ = try finish(sealed)
        #expect(throws: ShardError.sealed(folder: sealed)) { try ShardFolderClaim(sealed).repair() }
        try Folder.create(other)
        #expect(throws: ShardError.noShards(folder: other, sets: [])) { try ShardFolderClaim(other).repair() }
        // A line before the last one that is wrong is no unfinished tail.
        let folder = scratch.path + "/set"
        _ = try begin(folder)
        var bytes = try Folder.contents(folder + "/journal.jsonl")
        bytes[40] ^= 1
        try Samples.put(bytes, folder + "/journal.jsonl")
        #expect(throws: ShardError.self) { try ShardFolderClaim(folder).repair() }
        #expect(try Folder.contents(folder + "/journal.jsonl") == bytes)
    }

    @Test func sizesAddUpToTheFiles() throws {
        let scratch = try Scratch("sizes")
        try Samples.write(Self.rows, scratch.path, shardBytes: 700)
        let set = try ShardSet(folder: scratch.path)
        let sizes = try set.columnSizes()
        #expect(sizes.map(\.name) == ["lengths"] + Samples.schema.small.map(\.name) + Samples.schema.large.map(\.name))
        #expect(sizes.reduce(0) { $0 + $1.raw } == Self.rows.reduce(0) { $0 + Samples.schema.rawBytes(length: $1.length) })
        #expect(sizes.reduce(0) { $0 + $1.stored } < set.manifest.files.reduce(0) { $0 + $1.bytes })
    }
}
