import Shards
import Testing

@testable import Tokens

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The path of a folder that is not there yet.
private func scratch(_ name: String) -> String { "/tmp/limbeck-tokens-\(getpid())-\(name)" }

private func remove(_ path: String) {
    for name in ["manifest.json", "journal.jsonl"] + (0..<9).map({ "shard-0000\($0).lz4" }) { unsafe unlink(path + "/" + name) }
    unsafe rmdir(path)
}

@Suite struct TokenTableTests {
    private let sequences = [
        TokenSequence(ids: [101, 7592, 102], types: [0, 0, 0]),
        TokenSequence(ids: [], types: []),
        TokenSequence(ids: [101, 2, 102, 3, 102], types: [0, 0, 0, 1, 1]),
    ]

    @Test(arguments: [1, 64 << 20], [
        (LabelSet.categories(["no", "yes"]), [Label.category(1), .none, .category(0)]),
        (.scores, [.score(2.5), .score(-1), .none]), (.none, [.none, .none, .none]),
    ]) func sequencesComeBack(shardBytes: Int, labels: (LabelSet, [Label])) throws {
        let path = scratch("back-\(shardBytes)-\(labels.0.names.count)-\(labels.1.count { $0 == .none })")
        defer { remove(path) }
        let writer = try TokenWriter(folder: path, labels: labels.0, fingerprints: ["vocabulary": "v"], shardBytes: shardBytes)
        for (row, sequence) in sequences.enumerated() {
            try writer.append(sequence, label: labels.1[row], exampleID: 10 * row)
        }
        try writer.seal()
        let set = try ShardSet(folder: path)
        let table = try TokenTable(set)
        #expect(table.count == 3 && table.lengths == [3, 0, 5] && table.offsets == [0, 3, 3, 8])
        #expect((0..<3).map { table.sequence($0) } == sequences)
        #expect(Array(table.ids(of: 2)) == [101, 2, 102, 3, 102] && Array(table.types(of: 2)) == [0, 0, 0, 1, 1])
        #expect(table.labels == labels.1 && table.labelSet == labels.0)
        #expect(table.exampleIDs == [0, 10, 20])
        #expect(set.mismatches(with: TokenWriter.identity(labels: labels.0, fingerprints: ["vocabulary": "v"])) == [])
        #expect(
            set.mismatches(with: TokenWriter.identity(labels: labels.0, fingerprints: ["vocabulary": "w"]))
                == ["fingerprint 'vocabulary': expected w, found v"])
    }

    @Test func impossibleExamplesAreRefused() throws {
        let path = scratch("wrong")
        defer { remove(path) }
        let writer = try TokenWriter(folder: path, labels: .categories(["no", "yes"]), fingerprints: [:])
        func refused(_ sequence: TokenSequence, _ label: Label, _ id: Int, _ problem: String) {
            #expect(throws: TokensError.example(row: 0, problem: problem)) { try writer.append(sequence, label: label, exampleID: id) }
        }
        refused(TokenSequence(ids: [1], types: []), .none, 0, "1 ids and 0 types")
        refused(TokenSequence(ids: [-1], types: [0]), .none, 0, "the token id -1")
        refused(sequences[0], .none, 1 << 31, "the example number 2147483648")
        refused(sequences[0], .category(2), 0, "the category 2, and there are 2")
        refused(sequences[0], .score(1), 0, "a label of another kind than the data set's")
        #expect(TokenColumns.problem(sequences[0], label: .score(.nan), exampleID: 0, labels: .scores) == "the score nan")
        try writer.seal()
    }

    @Test func shardsOfOtherThingsAreRefused() throws {
        let path = scratch("other")
        defer { remove(path) }
        let schema = ShardSchema(small: [SmallColumn(name: "ids", element: .int32, layout: .token)])
        var identity = ShardIdentity(kind: "tokens")
        LabelSet.none.write(to: &identity)
        let writer = try ShardSetWriter(folder: path, schema: schema, identity: identity)
        try writer.seal()
        let error = TokensError.contents(folder: path, problem: "the column 'types' is missing or of another type")
        #expect(throws: error) { try TokenTable(try ShardSet(folder: path)) }
    }

    @Test func labelsBeyondTheNamesAreRefused() throws {
        let path = scratch("beyond")
        defer { remove(path) }
        let labels = LabelSet.categories(["only"])
        let identity = TokenWriter.identity(labels: labels, fingerprints: [:])
        let writer = try ShardSetWriter(folder: path, schema: ShardSchema(small: TokenColumns.columns(labels)), identity: identity)
        let row = TokenColumns.bytes(sequences[0], label: .category(1), exampleID: 0, labels: labels)
        try writer.append(ShardRow(length: 3, small: row))
        try writer.seal()
        #expect(throws: TokensError.contents(folder: path, problem: "it holds a label that is none of 1")) {
            try TokenTable(try ShardSet(folder: path))
        }
    }
}
