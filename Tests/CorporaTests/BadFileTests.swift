import Testing

@testable import Corpora

private let plain = CorpusDescriptor(
    name: "plain", splits: ["train": "train.tsv", "dev": "dev.tsv"], layout: RecordLayout(text: "text", label: "label"),
    labels: .categories(["no", "yes"]))

@Suite struct BadFileTests {
    @Test func aWrongHeaderSaysWhatWasExpectedAndFound() throws {
        let error = CorporaError.missingColumns(
            path: "made-up.tsv", missing: ["text"], expected: ["text", "label"], found: ["sentence", "label"])
        #expect(throws: error) { try read(rows("sentence|label", "a|yes"), plain) }
        #expect(error.description.contains("expected 'text', 'label', found 'sentence', 'label'"))
    }

    @Test func aHeaderThatNamesAColumnTwiceIsAmbiguous() throws {
        #expect(throws: CorporaError.ambiguousColumn(path: "made-up.tsv", column: "text", found: ["text", "text", "label"])) {
            try read(rows("text|text|label", "a|b|yes"), plain)
        }
    }

    @Test(arguments: ["", "\u{FEFF}"]) func anEmptyFileIsAnError(_ text: String) throws {
        #expect(throws: CorporaError.emptyFile(path: "made-up.tsv")) { try read(text, plain) }
    }

    @Test func aHeaderAloneHasNoRecords() throws {
        #expect(try read(rows("text|label"), plain) == ReadResult())
    }

    @Test func invalidUTF8IsFoundByLineAndByte() throws {
        var bytes = Array(rows("text|label", "fine|yes", "b").utf8)
        bytes.insert(0xE9, at: bytes.count - 1)
        #expect(throws: CorporaError.invalidUTF8(path: "made-up.tsv", line: 3, offset: 21)) { try read(bytes, plain) }
        // A column that is not read counts too, and so does a header.
        #expect(throws: CorporaError.invalidUTF8(path: "made-up.tsv", line: 1, offset: 0)) {
            try read([0xFF, 0xFE, 0x74, 0x00], plain)
        }
    }

    @Test func aSplitThatIsNotThereIsNamed() throws {
        let error = CorporaError.unknownSplit(name: "plain", split: "test", splits: ["dev", "train"])
        #expect(throws: error) { try CorpusReader(plain).read(split: "test", folder: "/") }
        #expect(error.description == "plain has no split 'test'; it has 'dev', 'train'")
    }

    @Test func aMissingFileListsThoseThatAreThere() throws {
        try withFolder(["dev.tsv": [], "notes.txt": []]) { folder in
            #expect(throws: CorporaError.missingFile(path: folder + "/train.tsv", present: ["dev.tsv", "notes.txt"])) {
                try CorpusReader(plain).read(split: "train", folder: folder)
            }
            #expect(throws: CorporaError.emptyFile(path: folder + "/dev.tsv")) {
                try CorpusReader(plain).read(split: "dev", folder: folder)
            }
            let error = #expect(throws: CorporaError.self) {
                try CorpusReader(plain).read(split: "train", folder: folder + "/none")
            }
            #expect(error?.description == "\(folder)/none: there is no such file or folder")
        }
    }

    @Test func aFileIsCheckedAgainstItsChecksum() throws {
        try withFolder(["train.tsv": Array(rows("text|label", "a|yes").utf8)]) { folder in
            var known = plain
            known.checksums = ["train": String(repeating: "0", count: 32)]
            let error = #expect(throws: CorporaError.self) { try CorpusReader(known).read(split: "train", folder: folder) }
            guard case .wrongChecksum(_, _, let found) = error else {
                Issue.record("another error: \(error?.description ?? "none")")
                return
            }
            known.checksums = ["train": found]
            let texts = try CorpusReader(known).read(split: "train", folder: folder).texts
            #expect(texts == ["a"])
        }
    }
}
