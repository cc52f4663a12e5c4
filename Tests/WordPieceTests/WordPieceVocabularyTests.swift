import TestSupport
import Testing
import WordPiece

@Suite struct WordPieceVocabularyTests {
    func read(_ text: String) throws -> WordPieceVocabulary {
        try WordPieceVocabulary(bytes: Array(text.utf8), file: "v.txt")
    }

    @Test(arguments: ["a\nb\n##ç", "a\nb\n##ç\n", "a\r\nb\r\n##ç\r\n", "a \t\nb\u{A0}\u{2003}\n##ç \n"])
    func lines(text: String) throws {
        let vocabulary = try read(text)
        #expect(vocabulary.count == 3)
        #expect((0..<3).map { vocabulary.token(of: $0) } == ["a", "b", "##ç"])
        #expect(["a", "b", "##ç"].map { vocabulary[$0] } == [0, 1, 2])
        #expect(vocabulary.token(of: 3) == nil)
        #expect(vocabulary.token(of: -1) == nil)
        #expect(["", "##", "c", "ab", "##çç"].allSatisfy { vocabulary[$0] == nil })
    }

    @Test func emptyLinesKeepTheirIDs() throws {
        let vocabulary = try read("a\n\n  \nb\n\n")
        #expect(vocabulary.count == 5)
        #expect(vocabulary["b"] == 3)
        #expect(vocabulary[""] == nil)
        #expect(vocabulary.token(of: 1) == "")
        #expect(try read(" a\nb c\n")[" a"] == 0)
    }

    @Test func emptyFile() {
        #expect(throws: WordPieceError.emptyVocabulary(file: "v.txt")) { try read("") }
        #expect(throws: Never.self) { try read("\n") }
    }

    @Test func duplicatesNameBothLines() {
        let error = WordPieceError.duplicateToken(file: "v.txt", token: "b", line: 4, firstLine: 2)
        #expect(throws: error) { try read("a\nb\nc\nb \na\nb\n") }
        #expect(error.description.hasPrefix("v.txt:4: token 'b' stands on line 2"))
    }

    @Test func invalidUTF8NamesTheLine() {
        #expect(throws: WordPieceError.invalidVocabularyLine(file: "v.txt", line: 3)) {
            try WordPieceVocabulary(bytes: Array("a\nb\nc".utf8) + [0xC3, 0x0A, 0xC3], file: "v.txt")
        }
    }

    @Test("Every token is found, and nothing else")
    func lookup() throws {
        var generator = SplitMix64(seed: 5)
        var tokens: Set<String> = []
        while tokens.count < 5000 {
            let length = Int.random(in: 1...6, using: &generator)
            tokens.insert(String((0..<length).map { _ in "abcé道🚗#".randomElement(using: &generator)! }))
        }
        let ordered = tokens.sorted()
        let vocabulary = try read(ordered.joined(separator: "\n"))
        for (id, token) in ordered.enumerated() {
            #expect(vocabulary[token] == Int32(id))
            #expect(vocabulary.token(of: Int32(id)) == token)
            #expect((vocabulary[token + "a"] != nil) == tokens.contains(token + "a"))
            #expect((vocabulary[String(token.dropLast())] != nil) == tokens.contains(String(token.dropLast())))
        }
    }
}
