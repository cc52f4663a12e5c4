import Files
import Testing

@testable import Shards

@Suite struct ShardSetTests {
    private let lengths = [5, 0, 3, 40, 1, 8, 0, 17, 2, 9]

    @Test(arguments: [1, 900, 5000, 64 << 20])
    func everyColumnComesBack(shardBytes: Int) throws {
        let scratch = try Scratch("back-\(shardBytes)")
        let rows = Samples.rows(Samples.schema, lengths: lengths)
        try Samples.write(rows, scratch.path, shardBytes: shardBytes)
        let set = try ShardSet(folder: scratch.path)
        #expect(set.lengths == lengths)
        #expect(try Samples.values(set) == Samples.values(rows))
        #expect(set.attributes == ["statistics": #"{"mean": 0}"#])
        #expect(set.identity == Samples.identity && set.schema == Samples.schema)
        let raw = lengths.map { ShardSetWriter.rawBytes(length: $0, schema: Samples.schema) }
        let boundaries = ShardSetWriter.boundaries(rawBytes: raw, shardBytes: shardBytes)
        #expect(set.manifest.files.map { $0.firstRow..<$0.firstRow + $0.rows } == boundaries)
        let facts = try set.verify()
        #expect(facts.rows == 10 && facts.tokens == 85 && facts.shards == boundaries.count && facts.rawBytes == raw.reduce(0, +))
    }

    @Test func boundariesCloseWithTheRowThatReachesTheSize() {
        #expect(ShardSetWriter.boundaries(rawBytes: [3, 4, 5, 20, 1], shardBytes: 7) == [0..<2, 2..<4, 4..<5])
        #expect(ShardSetWriter.boundaries(rawBytes: [], shardBytes: 7) == [])
        #expect(ShardSetWriter.boundaries(rawBytes: [7], shardBytes: 7) == [0..<1])
    }

    @Test(arguments: ElementType.allCases, [LargeColumn.Filter.none, .bitPlanes])
    func everyElementTypeComesBack(element: ElementType, filter: LargeColumn.Filter) throws {
        let scratch = try Scratch("element-\(element)-\(filter)")
        let schema = ShardSchema(
            small: [
                SmallColumn(name: "a", element: element, layout: .row(width: 3)),
                SmallColumn(name: "b", element: element.isCode ? .uint8 : element, layout: .token),
            ],
            large: [
                LargeColumn(name: "c", element: element, width: 300, filter: filter),
                LargeColumn(name: "d", element: element.isCode ? .float32 : element, width: 2, filter: filter, isSquare: true),
            ])
        if element.size == 1, filter == .bitPlanes {
            #expect(throws: ShardError.self) { try ShardSetWriter(folder: scratch.path, schema: schema, identity: Samples.identity) }
            return
        }
        let rows = Samples.rows(schema, lengths: [60, 0, 1, 33])
        try Samples.write(rows, scratch.path, schema: schema)
        let set = try ShardSet(folder: scratch.path)
        #expect(try Samples.values(set) == Samples.values(rows, schema))
        try set.verify()
    }

    @Test func numbersAreRead() throws {
        let scratch = try Scratch("numbers")
        let schema = ShardSchema(small: [
            SmallColumn(name: "whole", element: .int32, layout: .row(width: 1)),
            SmallColumn(name: "real", element: .float32, layout: .token),
            SmallColumn(name: "byte", element: .uint8, layout: .token),
        ])
        let row = ShardRow(length: 2, small: [[0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0], [7, 9]])
        try Samples.write([row, row], scratch.path, schema: schema)
        let set = try ShardSet(folder: scratch.path)
        #expect(try set.int32s("whole") == [-1, -1])
        #expect(try set.float32s("real") == [1, -2, 1, -2])
        #expect(try set.uint8s("byte") == [7, 9, 7, 9])
        #expect(throws: ShardError.wrongElement(folder: scratch.path, column: "byte", expected: .int32, found: .uint8)) {
            try set.int32s("byte")
        }
        #expect(throws: ShardError.unknownColumn(folder: scratch.path, name: "no", present: ["whole", "real", "byte"])) {
            try set.small("no")
        }
    }

    @Test func aSetOfNoRowsIsASet() throws {
        let scratch = try Scratch("none")
        try Samples.write([], scratch.path)
        let set = try ShardSet(folder: scratch.path)
        #expect(set.rowCount == 0 && set.manifest.files.isEmpty)
        #expect(try set.small("ids") == [])
        #expect(try set.verify().shards == 0)
    }

    @Test func rowsWithNoTokensAlone() throws {
        let scratch = try Scratch("tokenless")
        let rows = Samples.rows(Samples.schema, lengths: [0, 0])
        try Samples.write(rows, scratch.path)
        let set = try ShardSet(folder: scratch.path)
        #expect(try Samples.values(set) == Samples.values(rows))
        try set.verify()
    }

    @Test func storedFramesAreAligned() throws {
        let scratch = try Scratch("aligned")
        try Samples.write(Samples.rows(Samples.schema, lengths: lengths), scratch.path)
        let set = try ShardSet(folder: scratch.path)
        var stored = 0
        for row in 0..<set.rowCount {
            for column in set.schema.large.indices {
                let record = try set.pool.shard(0).record(large: column, row: row)
                guard record.flags.contains(.stored) else { continue }
                #expect((record.offset + 19) % 64 == 0)
                stored += 1
            }
        }
        #expect(stored > 5)
    }

    @Test func manyThreadsReadAtOnce() async throws {
        let scratch = try Scratch("threads")
        let rows = Samples.rows(Samples.schema, lengths: lengths)
        try Samples.write(rows, scratch.path, shardBytes: 3000)
        let set = try ShardSet(folder: scratch.path)
        let expected = Samples.values(rows)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { try Samples.values(set) == expected } }
            for try await isEqual in group { #expect(isEqual) }
        }
    }

    @Test func staleSetsAreNamed() throws {
        let scratch = try Scratch("stale")
        try Samples.write([], scratch.path)
        let set = try ShardSet(folder: scratch.path)
        #expect(set.mismatches(with: Samples.identity) == [])
        var other = Samples.identity
        other.kind = "tokens"
        other.fingerprints = ["teacher": "xyz", "vocabulary": "v"]
        other.labelNames = ["yes", "no"]
        other.attributes["precision"] = "float16"
        #expect(
            set.mismatches(with: other) == [
                "kind: expected tokens, found features", "fingerprint 'corpus': expected none, found def",
                "fingerprint 'teacher': expected xyz, found abc", "fingerprint 'vocabulary': expected v, found none",
                "labels: expected yes, no, found no, yes", "attribute 'precision': expected float16, found bfloat16",
            ])
    }

    @Test func whatIsNoSetIsRefused() throws {
        let scratch = try Scratch("absent")
        #expect(throws: ShardError.files(.missing(path: scratch.path))) { try ShardSet(folder: scratch.path) }
        try Folder.create(scratch.path)
        #expect(throws: ShardError.noShards(folder: scratch.path, sets: [])) { try ShardSet(folder: scratch.path) }
        let inner = scratch.path + "/train"
        try Samples.write(Samples.rows(Samples.schema, lengths: [1, 2, 3]), inner)
        #expect(throws: ShardError.noShards(folder: scratch.path, sets: ["train"])) { try ShardSet(folder: scratch.path) }
        try Folder.remove(inner + "/manifest.json")
        #expect(throws: ShardError.unsealed(folder: inner)) { try ShardSet(folder: inner) }
        #expect(!ShardSet.isSealed(scratch.path))
    }
}
