import Files
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Shards

@Suite("Promise 1: damage never becomes data") struct DamageTests {
    private static let schema = ShardSchema(
        small: [
            SmallColumn(name: "ids", element: .int32, layout: .token),
            SmallColumn(name: "logits", element: .float32, layout: .row(width: 2)),
            SmallColumn(name: "pooled", element: .int8Rotated, layout: .row(width: 4)),
        ],
        large: [
            LargeColumn(name: "layer", element: .bfloat16, width: 16, filter: .bitPlanes),
            LargeColumn(name: "exact", element: .float32, width: 2, filter: .none),
            LargeColumn(name: "codes", element: .int4Rotated, width: 34, filter: .none),
            LargeColumn(name: "scores", element: .float16, width: 1, filter: .bitPlanes, isSquare: true),
        ])
    private let rows = Samples.rows(schema, lengths: [6, 0, 3])

    /// Opens, reads all, and verifies; the values, or nil where anything was an error.
    private func outcome(_ folder: String) -> [[UInt8]]? {
        guard let set = try? ShardSet(folder: folder) else { return nil }
        return try? Samples.values(set)
    }

    private func verifies(_ folder: String) -> Bool {
        guard let set = try? ShardSet(folder: folder) else { return false }
        return (try? set.verify()) != nil
    }

    @Test(arguments: ["shard-00000.lz4", "manifest.json", "journal.jsonl"])
    func cutAtEveryByte(name: String) throws {
        let scratch = try Scratch("cut-\(name)")
        try Samples.write(rows, scratch.path, schema: Self.schema)
        let (path, expected) = (scratch.path + "/" + name, Samples.values(rows, Self.schema))
        let bytes = try Folder.contents(path)
        var survivors = 0
        for count in 0..<bytes.count {
            try Samples.put(Array(bytes[..<count]), path)
            if let values = outcome(scratch.path), values != expected { survivors += 1 }
            #expect(!verifies(scratch.path), "cut to \(count) bytes")
        }
        #expect(survivors == 0)
        try Samples.put(bytes + [0], path)
        #expect(!verifies(scratch.path))
    }

    @Test(arguments: ["shard-00000.lz4", "manifest.json", "journal.jsonl"])
    func flippedAtEveryBit(name: String) throws {
        let scratch = try Scratch("flip-\(name)")
        try Samples.write(rows, scratch.path, schema: Self.schema)
        let (path, expected) = (scratch.path + "/" + name, Samples.values(rows, Self.schema))
        var bytes = try Folder.contents(path)
        #expect(bytes.count < 20_000)
        var (wrong, refused, unverified) = (0, 0, 0)
        for index in bytes.indices {
            for bit in 0..<8 {
                bytes[index] ^= 1 << UInt8(bit)
                try Samples.put(bytes, path)
                switch outcome(scratch.path) {
                case nil: refused += 1
                case let values? where values != expected: wrong += 1
                default: break
                }
                if verifies(scratch.path) { unverified += 1 }
                bytes[index] ^= 1 << UInt8(bit)
            }
        }
        #expect(wrong == 0)
        #expect(unverified == 0)
        // The journal is for writers and `verify`; zeros of a gap are read by `verify` alone.
        if name == "manifest.json" { #expect(refused == 8 * bytes.count) }
        if name.hasSuffix(".lz4") { #expect(refused > 7 * bytes.count) }
    }

    /// The message says which row and column.
    @Test func damageIsNamed() throws {
        let scratch = try Scratch("named")
        try Samples.write(rows, scratch.path, schema: Self.schema)
        let path = scratch.path + "/shard-00000.lz4"
        var bytes = try Folder.contents(path)
        let record = try ShardSet(folder: scratch.path).pool.shard(0).record(large: 1, row: 2)
        bytes[Int(record.offset) + 20] ^= 4
        try Samples.put(bytes, path)
        let set = try ShardSet(folder: scratch.path)
        #expect(try set.large(column: 1, row: 0) == rows[0].large[1])
        let error = ShardError.damaged(file: path, row: 2, column: "exact", problem: "the bytes are not what their hash says")
        #expect(throws: error) { try set.large(column: 1, row: 2) }
        #expect("\(error)".contains("row 2, column 'exact'"))
    }

    /// A shard of the same length from another run, right in itself, is not taken for this one's.
    @Test func aShardOfAnotherRunIsRefused() throws {
        let (one, two) = (try Scratch("one"), try Scratch("two-runs"))
        try Samples.write(rows, one.path, schema: Self.schema)
        var changed = rows
        changed[0].small[0][0] ^= 1
        try Samples.write(changed, two.path, schema: Self.schema)
        let name = "/shard-00000.lz4"
        let bytes = try Folder.contents(two.path + name)
        try Samples.put(bytes, one.path + name)
        #expect(throws: ShardError.self) { try ShardSet(folder: one.path) }
    }

    /// Mutations under hashes that are right again: nothing crashes or hangs. LIMBECK_FUZZ sets their number, and then the memory of the
    /// process is limited: two decoders of three blocks of 4 MiB each, 255 times the file, and stacks for threads; what is beyond ends it.
    @Test func forgedShardsAreErrorsOrWhole() throws {
        let asked = ProcessInfo.processInfo.environment["LIMBECK_FUZZ"].flatMap { Int($0) }
        if asked != nil { try limitMemory(further: 96 << 20) }
        let scratch = try Scratch("forged")
        try Samples.write(rows, scratch.path, schema: Self.schema)
        let manifestPath = scratch.path + "/manifest.json"
        let path = scratch.path + "/shard-00000.lz4"
        let manifest = try ShardSet(folder: scratch.path).manifest
        let bytes = try Folder.contents(path)
        let footer = try unsafe ShardFooter.read(bytes.span.bytes, path).footer
        let index = Int(footer.indexPosition)
        var random = Xorshift(state: 5)
        var opened = 0
        for round in 0..<(asked ?? 3000) {
            var forged = bytes
            // The header's length and text, the index's records, or anything.
            let range = [0..<24, 24..<700, index..<bytes.count - 72, 0..<bytes.count - 72][round % 4]
            for _ in 0...random.next(below: 3) {
                let place = range.lowerBound + random.next(below: range.count)
                forged[place] = [0, 0xFF, 0x7F, UInt8(truncatingIfNeeded: random.next() >> 13)][random.next(below: 4)]
            }
            let headerLength = unsafe 8 + Int(forged.span.bytes.load(UInt32.self, at: 4))
            var other = footer
            if headerLength <= index { other.headerHash = unsafe ContentHash.xxh3_64(forged.span.bytes.extracting(0..<headerLength)) }
            other.indexHash = unsafe ContentHash.xxh3_64(forged.span.bytes.extracting(index..<bytes.count - 72))
            let (end, hash) = other.frame()
            forged.replaceSubrange(bytes.count - 72..<bytes.count, with: end)
            var list = manifest
            list.files[0].footer = ShardManifest.hex(hash)
            list.files[0].xxh3 = ContentHash.hex128(forged)
            try Samples.put(forged, path)
            try Samples.put(CanonicalJSON.sealed(list, "hash").line, manifestPath)
            if let set = try? ShardSet(folder: scratch.path) {
                opened += 1
                _ = try? Samples.values(set)
                _ = try? set.verify()
            }
        }
        #expect(opened > 100)
    }

    @Test func randomManifestsAreErrors() throws {
        let scratch = try Scratch("manifests")
        try Samples.write(rows, scratch.path, schema: Self.schema)
        let path = scratch.path + "/manifest.json"
        let body = Array(try Folder.contents(path).dropLast(",\"hash\":\"\"}\n".utf8.count + 32))
        let expected = Samples.values(rows, Self.schema)
        var (random, refused) = (Xorshift(state: 9), 0)
        for _ in 0..<3000 {
            var forged = body
            for _ in 0...random.next(below: 2) {
                forged[random.next(below: forged.count)] = Array("0123456789-\"{}[],:e.".utf8)[random.next(below: 20)]
            }
            let hash = ContentHash.hex128(forged)
            try Samples.put(forged + Array(",\"hash\":\"\(hash)\"}\n".utf8), path)
            guard let set = try? ShardSet(folder: scratch.path), let values = try? Samples.values(set) else {
                refused += 1
                continue
            }
            // A name or a fingerprint may be forged under a hash that is right; numbers may not.
            #expect(values == expected)
        }
        #expect(refused > 2000)
    }
}

/// Lets the memory of this process that is its own grow by no more than some bytes.
private func limitMemory(further bytes: Int) throws {
    #if canImport(Glibc)
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmData:") })
        let kibibytes = try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
        var limit = rlimit()
        try #require(unsafe getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0)
        limit.rlim_cur = rlim_t(kibibytes << 10 + bytes)
        try #require(unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limit) == 0)
    #endif
}
