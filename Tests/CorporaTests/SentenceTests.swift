import TestSupport
import Testing

@testable import Corpora

/// Sentences of CoNLL files.
@Suite struct SentenceTests {
    private func read(_ text: String, split: String = "train", columns: (Int, Int) = (0, 1), types: [String] = ["road", "creative-work"]) throws -> ReadResult {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try folder.write(text, to: "file")
        let descriptor = CorpusDescriptor(
            name: "made-up", format: .conll, splits: [split: "file"], layout: RecordLayout(header: false, text: .at(columns.0), label: .at(columns.1)),
            labels: .entities(types))
        return try CorpusReader(descriptor).read(split: split, folder: folder.path)
    }

    private func tags(_ text: String) throws -> [[String]] {
        try read(text).examples.map { if case .tags(let tags)? = $0.label { tags } else { [] } }
    }

    @Test func anEmptyLineEndsASentence() throws {
        let result = try read("A1\tB-road\nclosed\tO\n\nFog\tO\n")
        #expect(result.examples.map(\.words) == [["A1", "closed"], ["Fog"]] && result.examples.map(\.line) == [1, 4])
        #expect(result.examples.map(\.text) == ["A1 closed", "Fog"])
    }

    /// WNUT-17 parts sentences by a tab alone, others by spaces, several lines or `-DOCSTART-`.
    @Test(arguments: ["a\tO\n\t\nb\tO\n", "a\tO\n  \n\n\nb\tO", "-DOCSTART- -X-\n\na\tO\n\nb\tO\n\n", "a\tO\r\n\r\nb\tO\r\n"])
    func whatPartsSentences(_ text: String) throws {
        #expect(try read(text).examples.map(\.words) == [["a"], ["b"]])
    }

    @Test func columnsArePartedBySpacesToo() throws {
        let result = try read("A1 NNP I-NP B-road\nclosed VBD O O\n", columns: (0, 3))
        #expect(result.examples[0].words == ["A1", "closed"] && result.examples[0].label == .tags(["B-road", "O"]))
        // A tab makes spaces part of a word.
        #expect(try read("New York\tO\n").examples[0].words == ["New York"])
    }

    /// IOB1, IOBES and BILOU say the same of the same entities; the first hyphen parts a type.
    @Test func schemesAreReadAsOne() throws {
        #expect(try tags("a\tI-road\nb\tI-road\nc\tB-road\nd\tO\ne\tI-creative-work\n") == [["B-road", "I-road", "B-road", "O", "B-creative-work"]])
        #expect(try tags("a\tB-road\nb\tE-road\nc\tS-road\n") == [["B-road", "I-road", "B-road"]])
        #expect(try tags("a\tB-road\nb\tI-road\nc\tL-road\nd\tU-creative-work\n") == [["B-road", "I-road", "I-road", "B-creative-work"]])
        #expect(try tags("a\tB-road\nb\tI-creative-work\n") == [["B-road", "B-creative-work"]])
    }

    @Test(arguments: ["B-town", "road", "X-road", "B-", "B", "o"]) func aTagThatIsNoneIsAnError(_ tag: String) throws {
        #expect(throws: CorporaError.self) { try read("a\t\(tag)\n") }
    }

    @Test func aWordWithoutATagSpoilsItsSentenceAlone() throws {
        let result = try read("a\tO\nb\n\nc\tO\n")
        #expect(result.examples.map(\.words) == [["c"]] && result.rejectCount == 1)
        #expect(result.rejects[0].line == 2 && result.rejects[0].reason == "the word has no tag")
        let short = try read("a\n\nb c O\n", columns: (1, 2))
        #expect(short.examples.map(\.words) == [["c"]] && short.rejects[0].reason == "column 1 is asked for, 1 found")
        // A test split may have no tags at all; some of them are none.
        let test = try read("a\nb\n\nc\tO\nd\n", split: "test")
        #expect(test.examples.map(\.words) == [["a", "b"]] && test.examples[0].label == nil && test.rejectCount == 1)
    }

    /// With tabs a cell is where it stands, be there anything in the one before it.
    @Test func anEmptyCellIsAColumnToo() throws {
        let result = try read("A1\tNNP\tB-road\nclosed\t\tO\nFog \t \tI-road\n", columns: (0, 2))
        #expect(result.rejectCount == 0 && result.examples.map(\.words) == [["A1", "closed", "Fog"]])
        #expect(result.examples.first?.label == .tags(["B-road", "O", "B-road"]))
        // The first column may be empty as well, and what follows the tag is left alone.
        let shifted = try read("\ta\tB-road\t\n\tb\tO\tx\n", columns: (1, 2))
        #expect(shifted.rejectCount == 0 && shifted.examples.first?.words == ["a", "b"] && shifted.examples.first?.label == .tags(["B-road", "O"]))
    }

    @Test func anEmptyCellIsNoWord() throws {
        let result = try read("a\tO\n \tO\nb\tO\n\nc\tO\n")
        #expect(result.examples.map(\.words) == [["c"]] && result.rejectCount == 1)
        #expect(result.rejects.first?.line == 2 && result.rejects.first?.reason == "column 0 has no word")
        // The cell after it is not taken for one.
        let other = try read("a\tx\tO\n\nb\tx\tO\n\tx\tO\n", columns: (0, 2))
        #expect(other.examples.map(\.words) == [["a"]] && other.rejects.map(\.line) == [4] && other.rejects.first?.reason == "column 0 has no word")
    }

    @Test func anEmptyCellIsNoTag() throws {
        let result = try read("a\tO\nb\t\tB-road\n\nc\t\n\nd\tO\n")
        #expect(result.examples.map(\.words) == [["d"]] && result.rejects.map(\.line) == [2, 4])
        #expect(result.rejects.allSatisfy { $0.reason == "the word has no tag" })
        // Nor is it one where tags may be missing.
        let test = try read("a\t\tO\nb\t\tB-road\n", split: "test")
        #expect(test.examples.map(\.words) == [["a", "b"]] && test.examples.first.map { $0.label == nil } == true)
    }

    @Test(arguments: [((0, 1), "a\tO", "b\tO"), ((0, 2), "a\tx\tO", "b\t\tO"), ((2, 0), "O\tx\ta", "O\t\tb")])
    func tabsAloneEndASentence(_ columns: (Int, Int), _ first: String, _ second: String) throws {
        for gap in ["\t", "\t\t", "\t\t\t\t", " \t \t "] {
            let result = try read([first, gap, second].joined(separator: "\n") + "\n", columns: columns)
            #expect(result.rejectCount == 0 && result.examples.map(\.words) == [["a"], ["b"]] && result.examples.map(\.line) == [1, 3])
        }
    }

    @Test func aFileWithoutEndsIsCut() throws {
        let result = try read(String(repeating: "a\tO\n", count: SentenceRecords.longest + 5))
        #expect(result.examples.map { $0.words?.count } == [SentenceRecords.longest, 5])
    }

    @Test func aDescriptorOfWordsSaysItsTypes() throws {
        func problem(_ descriptor: CorpusDescriptor) -> String {
            do throws(CorporaError) {
                try descriptor.validate()
                return ""
            } catch { return error.description }
        }
        var descriptor = CorpusDescriptor(name: "x", format: .conll, splits: ["train": "f"], layout: .taggedWord, labels: .entities(["a"]))
        #expect(problem(descriptor) == "")
        let canonical = descriptor.canonical(of: "train")
        descriptor.labels = .entities(["a", "b"])
        #expect(descriptor.canonical(of: "train") != canonical)
        for (labels, says) in [
            (LabelKind.entities([]), "names no type"), (.entities(["a", "a"]), "names a type twice"), (.entities(["a b"]), "which no tag can hold"),
            (.categories(["a"]), "is asked for as `{ entities: [...] }`"),
        ] {
            descriptor.labels = labels
            #expect(problem(descriptor).contains(says))
        }
        let table = CorpusDescriptor(name: "x", splits: ["train": "f"], layout: RecordLayout(text: "t", label: "l"), labels: .entities(["a"]))
        #expect(problem(table).contains("write `format: conll`"))
    }

    /// Lines of anything are sentences, rejects or errors: nothing is lost, and nothing crashes.
    @Test func linesOfAnythingAreAccountedFor() throws {
        var state: UInt64 = 7
        func next(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let parts = ["a", "\t", " ", "\n", "O", "B-road", "I-road", "-DOCSTART-", "\u{2028}", "é", "\r\n", "\u{0}", "E-creative-work"]
        for _ in 0..<3000 {
            let text = "x\tO\n" + (0..<next(30)).map { _ in parts[next(parts.count)] }.joined()
            guard let result = try? read(text) else { continue }
            #expect(result.examples.allSatisfy { example in
                guard case .tags(let tags)? = example.label else { return false }
                return tags.count == example.words?.count && !tags.isEmpty
            })
        }
    }
}
