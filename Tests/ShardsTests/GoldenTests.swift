import Files
import Testing

@testable import Shards

/// A set that was written once and is kept: what v1 is, whatever becomes of the code.
@Suite("Promise 10: readable by others") struct GoldenTests {
    private static let schema = ShardSchema(
        small: [
            SmallColumn(name: "ids", element: .int32, layout: .token),
            SmallColumn(name: "label", element: .int32, layout: .row(width: 1)),
        ],
        large: [
            LargeColumn(name: "layer.1", element: .bfloat16, width: 40, filter: .bitPlanes),
            LargeColumn(name: "layer.2", element: .float32, width: 2, filter: .none),
        ])

    /// Rows by a rule that any language can follow.
    static let rows = [4, 0, 7].enumerated().map { row, length in
        let ids = (0..<length).map { UInt32(1000 * row + $0) }
        let layer1 = (0..<length * 40).map { UInt16(0x3F80 + ($0 * (row + 1)) % 24) }
        let layer2 = (0..<length * 2).map { Float(row) - Float($0) / 4 }
        return ShardRow(
            length: length, small: [ids.flatMap(bytes), bytes(UInt32(row))],
            large: [layer1.flatMap(bytes), layer2.flatMap { bytes($0.bitPattern) }])
    }

    private static func bytes(_ number: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: number)
        return bytes
    }

    private func write(_ folder: String) throws {
        let identity = ShardIdentity(kind: "features", fingerprints: ["teacher": "golden"], attributes: ["precision": "bfloat16"])
        let writer = try ShardSetWriter(folder: folder, schema: Self.schema, identity: identity)
        for row in Self.rows { try writer.append(row) }
        try writer.seal(attributes: ["note": "é/\"\\\n"])
    }

    @Test func isStillRead() throws {
        let scratch = try Scratch("golden-read")
        try Folder.create(scratch.path)
        for (name, bytes) in Golden.files { try Samples.put(bytes, scratch.path + "/" + name) }
        let set = try ShardSet(folder: scratch.path)
        try set.verify()
        #expect(set.lengths == [4, 0, 7])
        #expect(try Samples.values(set) == Samples.values(Self.rows, Self.schema))
        #expect(try set.int32s("ids") == [0, 1, 2, 3, 2000, 2001, 2002, 2003, 2004, 2005, 2006])
        #expect(set.attributes == ["note": "é/\"\\\n"])
    }

    @Test func isStillWritten() throws {
        let scratch = try Scratch("golden-write")
        try write(scratch.path)
        let contents = try Samples.contents(scratch.path)
        #expect(contents.keys.sorted() == Golden.files.map(\.0))
        for (name, bytes) in Golden.files { #expect(contents[name] == bytes, "\(name)") }
    }
}
