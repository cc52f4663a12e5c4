import Testing

@testable import Corpora

/// Formats other than tables.
@Suite struct FormatTests {
    private let objects = CorpusDescriptor(
        name: "made-up", format: .jsonl, splits: ["train": "t", "test": "t"],
        layout: RecordLayout(header: false, text: "text", pair: "other", label: "kind", id: "id"), labels: .categories(["1", "true", "ham"]))
    private let texts = CorpusDescriptor(name: "made-up", format: .text, splits: ["train": "t"], layout: .wholeText)
    private let documents = CorpusDescriptor(name: "made-up", format: .documents, splits: ["train": "t"], layout: .wholeText)

    @Test func readsAnObjectALine() throws {
        let found = try read(
            """
            {"id": 7, "text": "a \\u00e4 \\"b\\"\\n", "other": "x", "kind": "ham", "more": {"text": [1]}}
            {"kind": 1, "other": "", "text": "\\ttab", "id": "q"}\r
            {"kind": true, "other": "y", "text": "z", "id": 1.5}

            """, objects)
        #expect(found.rejects.isEmpty)
        #expect(found.texts == ["a ä \"b\"\n", "\ttab", "z"] && found.examples.map(\.pair) == ["x", "", "y"])
        #expect(found.categories == ["ham", "1", "true"] && found.examples.map(\.id) == ["7", "q", "1.5"])
        #expect(found.examples.map(\.line) == [1, 2, 3] && found.index(of: found.examples[2]) == 2)
    }

    @Test(arguments: [
        ("{\"text\": \"a\"", "no JSON object"), ("[1]", "no JSON object"), ("", "no JSON object"), ("{\"text\": 'a'}", "no JSON object"),
        ("{\"text\": \"a\", \"kind\": \"ham\", \"id\": 1}", "'other' is missing"),
        ("{\"text\": null, \"other\": \"b\", \"kind\": \"ham\", \"id\": 1}", "'text' is missing"),
        ("{\"text\": [\"a\"], \"other\": \"b\", \"kind\": \"ham\", \"id\": 1}", "'text' is no text"),
        ("{\"text\": \"a\", \"other\": \"b\", \"kind\": null, \"id\": 1}", "'kind' is missing"),
    ]) func rejectsWhatItCannotUse(_ line: String, _ reason: String) throws {
        let sound = "{\"text\": \"a\", \"other\": \"b\", \"kind\": \"ham\", \"id\": 1}"
        let found = try read(sound + "\n" + line + "\n" + sound + "\n", objects)
        #expect(found.texts == ["a", "a"] && found.rejects.map(\.line) == [2])
        #expect(found.rejects[0].reason.contains(reason), "\(found.rejects)")
    }

    @Test func aTestSplitMayLackItsLabels() throws {
        let found = try read("{\"text\": \"a\", \"other\": \"b\", \"id\": 1}\n", objects, "test")
        #expect(found.examples.count == 1 && found.examples[0].label == nil)
    }

    @Test func anUnknownLabelStops() {
        #expect(throws: CorporaError.unknownLabel(path: "made-up.tsv", line: 1, label: "spam", labels: ["1", "true", "ham"])) {
            try read("{\"text\": \"a\", \"other\": \"b\", \"kind\": \"spam\", \"id\": 1}\n", objects)
        }
    }

    @Test func deepObjectsAreRejected() throws {
        let deep = String(repeating: "{\"a\":", count: 100_000)
        #expect(try read(deep + "\n", objects).rejectCount == 1)
    }

    @Test func aTextIsALine() throws {
        let found = try read("one\ttwo\n\n  \r\nthree", texts)
        #expect(found.texts == ["one\ttwo", "  ", "three"] && found.examples.map(\.line) == [1, 3, 4])
    }

    @Test func aDocumentEndsWithAnEmptyLine() throws {
        let found = try read("one\ntwo\r\n\n\nthree\n\n", documents)
        #expect(found.texts == ["one\ntwo", "three"] && found.examples.map(\.line) == [1, 5])
        #expect(try read("one\ntwo", documents).texts == ["one\ntwo"])
    }

    @Test func aDocumentIsCutWhereItIsTooLong() throws {
        let line = String(repeating: "x", count: LineRecords.longestDocument / 2)
        let found = try read([line, line, "y"].joined(separator: "\n"), documents)
        #expect(found.texts.map(\.utf8.count) == [line.utf8.count, line.utf8.count + 2])
    }

    @Test func emptyFilesAreErrors() {
        for descriptor in [objects, texts, documents] { #expect(throws: CorporaError.emptyFile(path: "made-up.tsv")) { try read("", descriptor) } }
    }

    @Test(arguments: [
        ("header", RecordLayout(header: true, text: "text")), ("columnCount", RecordLayout(header: false, text: "text", columnCount: 2)),
        ("columns.text", RecordLayout(header: false, text: 0)),
    ]) func refusesWhatOnlyTablesHave(_ key: String, _ layout: RecordLayout) {
        let descriptor = CorpusDescriptor(name: "made-up", format: .jsonl, splits: ["train": "t"], layout: layout)
        let error = #expect(throws: CorporaError.self) { try descriptor.validate() }
        #expect(error?.description.contains(key) == true)
    }

    @Test func theCanonicalTextKnowsTheFormat() {
        let other = CorpusDescriptor(name: "made-up", format: .documents, splits: ["train": "t"], layout: .wholeText)
        #expect(texts.canonical(of: "train") != other.canonical(of: "train"))
    }
}
