import Files
import Testing

@testable import Shards

@Suite struct ShardSetWriterTests {
    private static let lengths = [5, 0, 3, 40, 1, 8, 0, 17, 2, 9]
    private let rows = Samples.rows(Samples.schema, lengths: lengths)

    private func writer(_ folder: String, shardBytes: Int = 2000) throws -> ShardSetWriter {
        try ShardSetWriter(folder: folder, schema: Samples.schema, identity: Samples.identity, shardBytes: shardBytes)
    }

    private func whole() throws -> [String: [UInt8]] {
        let scratch = try Scratch("whole-\(UInt64.random(in: 0 ... .max))")
        try Samples.write(rows, scratch.path, shardBytes: 2000)
        return try Samples.contents(scratch.path)
    }

    @Test func cutOffAfterEachRowItEndsWithTheSameBytes() throws {
        let expected = try whole()
        #expect(expected.keys.count { $0.hasSuffix(".lz4") } >= 3)
        for step in 1...rows.count {
            let scratch = try Scratch("cut-\(step)")
            var starts = 0
            while !ShardSet.isSealed(scratch.path) {
                let writer = try writer(scratch.path)
                let rest = rows[writer.committedRows...]
                // More rows with each start, so that a shard of many rows is completed at last.
                let some = rest.prefix(step + starts)
                for row in some { try writer.append(row) }
                if some.count == rest.count { try writer.seal(attributes: ["statistics": #"{"mean": 0}"#]) }
                starts += 1
            }
            #expect(try Samples.contents(scratch.path) == expected)
        }
    }

    /// What the disk holds after a kill at each step of a commit.
    @Test func whatAKillLeavesIsTakenUpOrRemoved() throws {
        let expected = try whole()
        let scratch = try Scratch("kill")
        let journal = try #require(expected["journal.jsonl"])
        let ends = journal.indices.filter { journal[$0] == 0x0A }.map { $0 + 1 }
        var kept = 0
        let cuts = ends.flatMap { [$0 - 1, $0, min($0 + 20, journal.count)] }
        for cut in [0, 10] + cuts {
            try Folder.remove(scratch.path)
            try Folder.create(scratch.path)
            for (name, bytes) in expected where name.hasSuffix(".lz4") { try Samples.put(bytes, scratch.path + "/" + name) }
            for name in ["shard-00001.lz4.part", "shard-00077.lz4", "manifest.json.part", "journal.jsonl.part"] {
                try Samples.put([1, 2, 3], scratch.path + "/" + name)
            }
            try Samples.put(Array(journal[..<cut]), scratch.path + "/journal.jsonl")
            do { kept = max(kept, try writer(scratch.path).committedRows) }
            try Samples.write(rows, scratch.path, shardBytes: 2000)
            #expect(try Samples.contents(scratch.path) == expected)
        }
        #expect(kept == rows.count)
    }

    @Test func filesOfOthersStay() throws {
        let scratch = try Scratch("others")
        try Folder.create(scratch.path)
        for name in ["notes.part", "shard-x.lz4", "shard-00000.lz4.old"] { try Samples.put([1], scratch.path + "/" + name) }
        try Samples.write(rows, scratch.path)
        for name in ["notes.part", "shard-x.lz4", "shard-00000.lz4.old"] { #expect(Folder.exists(scratch.path + "/" + name)) }
    }

    @Test func aSecondWriterIsRefused() throws {
        let scratch = try Scratch("two")
        let first = try writer(scratch.path)
        try first.append(rows[0])
        #expect(throws: ShardError.files(.locked(folder: scratch.path))) { try writer(scratch.path) }
        try first.append(rows[1])
    }

    @Test func aCompleteFolderIsNotWrittenTo() throws {
        let scratch = try Scratch("complete")
        try Samples.write(rows, scratch.path, shardBytes: 2000)
        let before = try Samples.contents(scratch.path)
        #expect(throws: ShardError.sealed(folder: scratch.path)) { try writer(scratch.path) }
        #expect(try Samples.contents(scratch.path) == before)
    }

    @Test func otherContentsAreNamed() throws {
        let scratch = try Scratch("other")
        do {
            let writer = try writer(scratch.path)
            for row in rows { try writer.append(row) }
        }
        var identity = Samples.identity
        identity.fingerprints["teacher"] = "xyz"
        var schema = Samples.schema
        schema.large[0].width = 25
        #expect(throws: ShardError.differentContents(folder: scratch.path, what: ["fingerprint 'teacher': expected xyz, found abc"])) {
            try ShardSetWriter(folder: scratch.path, schema: Samples.schema, identity: identity, shardBytes: 2000)
        }
        #expect(throws: ShardError.differentContents(folder: scratch.path, what: ["column 'layer.1' is new or differs"])) {
            try ShardSetWriter(folder: scratch.path, schema: schema, identity: Samples.identity, shardBytes: 2000)
        }
        #expect(throws: ShardError.differentContents(folder: scratch.path, what: ["shard size: expected 4000, found 2000"])) {
            try writer(scratch.path, shardBytes: 4000)
        }
        #expect(try writer(scratch.path).committedRows > 0)
    }

    @Test func aCommittedShardThatIsGoneOrChangedIsAnError() throws {
        let scratch = try Scratch("gone")
        do {
            let writer = try writer(scratch.path)
            for row in rows { try writer.append(row) }
        }
        let path = scratch.path + "/shard-00000.lz4"
        let bytes = try Folder.contents(path)
        try Samples.put(Array(bytes.dropLast()), path)
        #expect(throws: ShardError.self) { try writer(scratch.path) }
        try Folder.remove(path)
        #expect(throws: ShardError.files(.missing(path: path))) { try writer(scratch.path) }
    }

    @Test func aJournalDamagedInItsMiddleIsAnError() throws {
        let scratch = try Scratch("journal")
        do {
            let writer = try writer(scratch.path)
            for row in rows { try writer.append(row) }
        }
        let path = scratch.path + "/journal.jsonl"
        var bytes = try Folder.contents(path)
        bytes[12] ^= 1
        try Samples.put(bytes, path)
        #expect(
            throws: ShardError.damaged(file: path, row: nil, column: nil, problem: "line 1: it is not what its hash says")
        ) { try writer(scratch.path) }
    }

    @Test func rowsThatDoNotFitAreRefused() throws {
        let scratch = try Scratch("fit")
        let writer = try writer(scratch.path)
        var row = rows[0]
        row.length = 6
        #expect(throws: ShardError.row(row: 0, problem: "column 'ids' has 20 bytes, and 6 tokens have 24")) { try writer.append(row) }
        row = rows[0]
        row.large.removeLast()
        #expect(throws: ShardError.self) { try writer.append(row) }
        row.length = -1
        #expect(throws: ShardError.row(row: 0, problem: "a length of -1")) { try writer.append(row) }
        for (column, bytes) in [(0, [0x80, 0x7F] as [UInt8]), (0, [0xC0, 0xFF]), (1, [0, 0x7C]), (2, [0, 0, 0x80, 0xFF])] {
            row = rows[0]
            row.large[column].replaceSubrange(0..<bytes.count, with: bytes)
            #expect(throws: ShardError.notFinite(row: 0, column: Samples.schema.large[column].name)) { try writer.append(row) }
        }
        // A refused row leaves nothing behind.
        for row in rows { try writer.append(row) }
        try writer.seal(attributes: ["statistics": #"{"mean": 0}"#])
        #expect(try Samples.contents(scratch.path) == whole())
    }

    @Test func impossibleSchemasAreRefused() throws {
        let scratch = try Scratch("schema")
        let column = SmallColumn(name: "a", element: .int32, layout: .token)
        for schema in [
            ShardSchema(small: [column, column]), ShardSchema(small: [SmallColumn(name: "", element: .int32, layout: .token)]),
            ShardSchema(small: [SmallColumn(name: "a", element: .int32, layout: .row(width: 0))]),
            ShardSchema(small: [], large: [LargeColumn(name: "a", element: .float32, width: 1 << 25, filter: .none)]),
            ShardSchema(small: [column], large: [LargeColumn(name: "a", element: .float32, width: 1, filter: .none)]),
        ] {
            #expect(throws: ShardError.self) { try ShardSetWriter(folder: scratch.path, schema: schema, identity: Samples.identity) }
        }
        #expect(throws: ShardError.self) { try writer(scratch.path, shardBytes: 0) }
        #expect(!Folder.exists(scratch.path))
    }

    @Test func nothingOfPlaceOrTimeIsStored() throws {
        let scratch = try Scratch("place")
        try Samples.write(rows, scratch.path, shardBytes: 2000)
        for (_, bytes) in try Samples.contents(scratch.path) {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(scratch.path))
        }
        #expect(try Samples.contents(scratch.path) == whole())
    }
}
