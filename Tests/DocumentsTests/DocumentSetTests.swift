import Shards
import TestSupport
import Testing

@testable import Documents

@Suite struct DocumentSetTests {
    private let documents = [
        Document(id: 12, title: "Ä — 漢字", text: Array("Some text.\n\nAnd more.".utf8)), Document(id: 0, title: "", text: []),
        Document(id: -5, title: "Negative", text: Array("x".utf8)), Document(id: 1 << 40, title: "Large", text: Array("y".utf8)),
    ]

    private func write(_ count: Int, seals: Bool, to folder: String) throws {
        let writer = try DocumentWriter(folder: folder, fingerprints: ["dump": "1"], attributes: ["language": "de"])
        for document in documents[..<count].dropFirst(writer.committedRows) { try writer.append(document) }
        if seals { try writer.seal(counts: ["pages": 9, "redirects": 2]) }
    }

    @Test func whatIsWrittenIsRead() throws {
        let folder = TemporaryFolder()
        try write(4, seals: true, to: folder.path + "/d")
        let set = try DocumentSet(folder: folder.path + "/d")
        #expect(set.count == 4 && set.byteCount == documents.reduce(0) { $0 + $1.title.utf8.count + $1.text.count })
        #expect(try (0..<set.shardCount).flatMap { try set.documents(shard: $0) } == documents)
        #expect(try (0..<4).map { try set.document($0) } == documents)
        #expect(set.counts == ["pages": 9, "redirects": 2])
        #expect(set.lengths == documents.map { $0.title.utf8.count + $0.text.count })
    }

    @Test func whatWasCutOffGoesOn() throws {
        let (whole, parts) = (TemporaryFolder(), TemporaryFolder())
        try write(4, seals: true, to: whole.path + "/d")
        for count in 0..<4 { try write(count, seals: false, to: parts.path + "/d") }
        try write(4, seals: true, to: parts.path + "/d")
        func shards(_ folder: TemporaryFolder) throws -> [String: [UInt8]] { try folder.files().filter { $0.key.hasSuffix(".lz4") || $0.key.hasSuffix("manifest.json") } }
        #expect(try shards(whole) == shards(parts))
    }

    @Test func otherShardsAreRefused() throws {
        let folder = TemporaryFolder()
        let schema = ShardSchema(small: [SmallColumn(name: "text", element: .uint8, layout: .token)])
        let writer = try ShardSetWriter(folder: folder.path + "/d", schema: schema, identity: ShardIdentity(kind: "documents", fingerprints: [:], attributes: [:]))
        try writer.append(ShardRow(length: 1, small: [[65]]))
        try writer.seal(attributes: [:])
        let error = #expect(throws: DocumentsError.self) { try DocumentSet(folder: folder.path + "/d") }
        #expect(error?.description.contains("give a folder that `limbeck corpus` filled") == true)
    }
}
