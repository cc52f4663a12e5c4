import Files
import Testing

@testable import Shards

@Suite("Promise 10: a v1 reader refuses v2") struct VersionTests {
    private let rows = Samples.rows(Samples.schema, lengths: [3, 4])

    @Test func aLaterManifestIsRefused() throws {
        let scratch = try Scratch("manifest-2")
        try Samples.write(rows, scratch.path)
        let path = scratch.path + "/manifest.json"
        try Samples.put(Array(#"{"format":"limbeck-shards","version":2,"anything":[]}"#.utf8), path)
        #expect(throws: ShardError.unknownVersion(file: path, found: 2)) { try ShardSet(folder: scratch.path) }
        #expect("\(ShardError.unknownVersion(file: path, found: 2))".contains("format version 2, and this program reads version 1"))
    }

    @Test func aLaterShardIsRefused() throws {
        let scratch = try Scratch("shard-2")
        try Samples.write(rows, scratch.path)
        let path = scratch.path + "/shard-00000.lz4"
        var bytes = try Folder.contents(path)
        bytes[bytes.count - 16] = 2
        try Samples.put(bytes, path)
        #expect(throws: ShardError.unknownVersion(file: path, found: 2)) { try ShardSet(folder: scratch.path) }
    }

    @Test func aLaterJournalIsRefused() throws {
        let scratch = try Scratch("journal-2")
        try Folder.create(scratch.path)
        let path = scratch.path + "/journal.jsonl"
        struct Later: Encodable { var format = "limbeck-shards", version = 2 }
        try Samples.put(CanonicalJSON.sealed(Later(), "chain").line, path)
        #expect(throws: ShardError.unknownVersion(file: path, found: 2)) {
            try ShardSetWriter(folder: scratch.path, schema: Samples.schema, identity: Samples.identity)
        }
    }
}
