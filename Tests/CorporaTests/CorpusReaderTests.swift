import Testing

@testable import Corpora

private let plain = CorpusDescriptor(
    name: "plain", splits: ["train": "train.tsv", "test": "test.tsv"],
    layout: RecordLayout(text: "text", label: "label", id: "id"), labels: .categories(["no", "yes"]))

private let scored = CorpusDescriptor(
    name: "scored", splits: ["train": "train.tsv"], layout: RecordLayout(text: "text", label: "score"),
    labels: .scores(0...5))

@Suite struct CorpusReaderTests {
    @Test func readsByTheNamesOfTheHeader() throws {
        let found = try read(rows("label|id|text", "yes|7|one", "no|x8|two"), plain)
        #expect(
            found.examples == [
                Example(text: "one", label: .category("yes"), id: "7", line: 2),
                Example(text: "two", label: .category("no"), id: "x8", line: 3),
            ])
        #expect(found.rejects.isEmpty)
    }

    @Test func quotesAreCharacters() throws {
        let found = try read(rows("id|text|label", "1|\" he said|yes", "2|\"\"twice\"\"|no", "3|5\" pipe|no"), plain)
        #expect(found.texts == ["\" he said", "\"\"twice\"\"", "5\" pipe"])
    }

    @Test func aByteOrderMarkCountsOnlyAtTheStart() throws {
        let found = try read("\u{FEFF}" + rows("id|text|label", "\u{FEFF}1|a\u{FEFF}b|yes"), plain)
        #expect(found.texts == ["a\u{FEFF}b"])
        #expect(found.examples[0].id == "\u{FEFF}1")
        let twice = "\u{FEFF}\u{FEFF}" + rows("id|text|label")
        #expect(throws: CorporaError.self) { try read(twice, plain) }
    }

    @Test func oneCarriageReturnBeforeTheLineFeedGoes() throws {
        let found = try read("id\ttext\tlabel\r\n1\ta\rb\tyes\r\n2\tc\tno\r", plain)
        #expect(found.texts == ["a\rb", "c"])
        #expect(found.categories == ["yes", "no"])
    }

    @Test func theLastRowNeedsNoLineFeed() throws {
        #expect(try read("id\ttext\tlabel\n1\ta\tyes\n2\tb\tno", plain).texts == ["a", "b"])
        #expect(try read("id\ttext\tlabel\n1\ta\tyes\n2\tb\tno\n", plain).texts == ["a", "b"])
    }

    @Test func onlyALineFeedEndsALine() throws {
        let odd = "a\u{2028}b\u{85}c\u{0B}d\u{0C}e\u{08}f"
        #expect(try read(rows("id|text|label", "1|\(odd)|yes"), plain).texts == [odd])
    }

    @Test func spacesOfATextStayThoseOfALabelGo() throws {
        let found = try read(rows("id|text|label", " 1 |  two  spaces \u{A0}| yes "), plain)
        #expect(found.examples == [Example(text: "  two  spaces \u{A0}", label: .category("yes"), id: "1", line: 2)])
    }

    @Test func emptyFieldsAtTheEdgesCount() throws {
        let found = try read(rows("text|id|note|label", "|1||yes"), plain)
        #expect(found.examples == [Example(text: "", label: .category("yes"), id: "1", line: 2)])
        #expect(try read(rows("id|text|label|note", "1|a|yes|"), plain).texts == ["a"])
    }

    @Test func rowsOfAnotherWidthAreRejected() throws {
        let found = try read(rows("id|text|label", "1|a", "2|b|yes", "3|c|no|more", ""), plain)
        #expect(found.texts == ["b"])
        #expect(found.rejects.map(\.line) == [2, 4, 5])
        #expect(found.rejects[0].reason == "3 columns are asked for, 2 found")
        #expect(found.rejects[0].excerpt == "1\ta")
        #expect(found.rejects[2].reason == "the line is empty")
    }

    @Test func anExcerptIsShortAndWhole() throws {
        let found = try read(rows("id|text|label", String(repeating: "é漢", count: 200)), plain)
        #expect(found.rejects[0].excerpt.count == 80)
        #expect(!found.rejects[0].excerpt.contains("\u{FFFD}"))
    }

    @Test func anUnknownLabelStopsWithTheOnesThatAreKnown() throws {
        let error = CorporaError.unknownLabel(path: "made-up.tsv", line: 3, label: "Yes", labels: ["no", "yes"])
        #expect(throws: error) { try read(rows("id|text|label", "1|a|no", "2|b|Yes"), plain) }
        #expect(error.description == "made-up.tsv:3: label 'Yes' is unknown; the labels are 'no', 'yes'")
    }

    @Test func anEmptyLabelAndAMarkAreRejected() throws {
        var marked = plain
        marked.unlabelledMarks = ["-"]
        let found = try read(rows("id|text|label", "1|a|", "2|b|-", "3|c|yes"), marked)
        #expect(found.texts == ["c"])
        #expect(found.rejects.map(\.line) == [2, 3])
    }

    @Test func aTestSplitMayLackItsLabels() throws {
        #expect(try read(rows("id|text", "1|a"), plain, "test").examples == [Example(text: "a", id: "1", line: 2)])
        #expect(try read(rows("id|text|label", "1|a|yes"), plain, "test").categories == ["yes"])
        #expect(throws: CorporaError.self) { try read(rows("id|text", "1|a"), plain, "train") }
    }

    @Test func scoresAreNumbersWithinTheRange() throws {
        let found = try read(
            rows("text|score", "a|5.000", "b|2.11111111111111", "c|0", "d|five", "e|nan", "f|5.1", "g|-1", "h|inf"), scored)
        #expect(found.examples.map(\.label) == [.score(5), .score(2.11111111111111), .score(0)])
        #expect(found.rejects.map(\.line) == [5, 6, 7, 8, 9])
        #expect(found.rejects[2].reason == "score '5.1' is outside 0.0...5.0")
    }

    @Test func positionsServeWhereThereIsNoHeader() throws {
        let bare = CorpusDescriptor(
            name: "bare", splits: ["train": "a"], layout: RecordLayout(header: false, text: 1, pair: 0))
        #expect(try read(rows("a|b", "c|d"), bare).examples.map(\.pair) == ["a", "c"])
        #expect(throws: CorporaError.wrongColumnCount(path: "made-up.tsv", line: 1, expected: 2, found: 1)) {
            try read(rows("a", "c"), bare)
        }
    }

    @Test func aWholeFileOfAnotherWidthIsAnError() throws {
        var bare = CorpusDescriptor(name: "bare", splits: ["train": "a"], layout: RecordLayout(header: false, text: 1))
        bare.layout.columnCount = 4
        #expect(throws: CorporaError.wrongColumnCount(path: "made-up.tsv", line: 1, expected: 4, found: 2)) {
            try read(rows("a|b", "c|d"), bare)
        }
        #expect(try read(rows("a|b", "c|d|e|f"), bare).texts == ["d"])
    }
}
