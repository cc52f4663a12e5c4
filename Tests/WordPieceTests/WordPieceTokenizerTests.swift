import Testing
import WordPiece

@Suite struct WordPieceTokenizerTests {
    @Test("Ids are those of the Rust library, under all settings", arguments: 0..<5)
    func samples(index: Int) throws {
        let samples = try Samples.read()
        let settings = samples.lines[index].settings
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary(), settings: settings)
        #expect(samples.lines.count == 5)
        #expect(samples.lines[index].ids.count == samples.texts.count)
        for (text, ids) in zip(samples.texts, samples.lines[index].ids) {
            #expect(tokenizer.tokenize(text) == ids, "\(text.debugDescription)")
            #expect(try tokenizer.tokenize(utf8: Array(text.utf8).span) == ids)
        }
    }

    @Test func specialTokensInTextAreFoundBeforeNormalisation() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "[", "]", "mask"]))
        #expect(tokenizer.tokenize("a[MASK]a") == [5, 4, 5])
        #expect(tokenizer.tokenize("[mask]") == [6, 8, 7])
        #expect(tokenizer.tokenize("[[SEP]]") == [6, 3, 7])
    }

    @Test func longestSpecialTokenWins() throws {
        var settings = WordPieceSettings()
        settings.additionalSpecialTokens = ["<a", "<a>", "é!"]
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["<a", "<a>", "é!", "x"]), settings: settings)
        #expect(tokenizer.tokenize("x<a>x<a x") == [8, 6, 8, 5, 8])
        #expect(tokenizer.tokenize("é!É!") == [7, 1, 1])
    }

    @Test func missingSpecialTokensAreNamed() throws {
        let bytes = Array("[PAD]\n[UNK]\na".utf8)
        let vocabulary = try WordPieceVocabulary(bytes: bytes, file: "vocab.txt")
        let error = #expect(throws: WordPieceError.self) { try WordPieceTokenizer(vocabulary: vocabulary) }
        #expect(error == .missingSpecialTokens(file: "vocab.txt", tokens: ["[SEP]", "[CLS]", "[MASK]"]))
        #expect(error!.description.contains("'[SEP]', '[CLS]', '[MASK]'"))
    }

    @Test func specialTokensOfOtherNames() throws {
        var settings = WordPieceSettings()
        settings.classToken = "<s>"
        settings.separatorToken = "</s>"
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["<s>", "</s>", "a"]), settings: settings)
        #expect(try tokenizer.encode("a", pair: "<s>").ids == [5, 7, 6, 5, 6])
        #expect((tokenizer.padID, tokenizer.unknownID, tokenizer.maskID) == (0, 1, 4))
    }

    @Test(arguments: [0, 1, 3, 300])
    func wordsOverTheMaximumLengthAreUnknown(length: Int) throws {
        var settings = WordPieceSettings(stripAccents: false)
        settings.maximumWordLength = length
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["é", "##é"]), settings: settings)
        let word = String(repeating: "é", count: length)
        #expect(tokenizer.tokenize(word) == (length == 0 ? [] : [5] + [Int32](repeating: 6, count: length - 1)))
        #expect(tokenizer.tokenize(word + "é") == [1])
    }

    @Test func continuingPrefixOfAnotherKind() throws {
        var settings = WordPieceSettings()
        settings.continuingPrefix = "x"
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "xa", "b"]), settings: settings)
        #expect(tokenizer.tokenize("aaa xa ab") == [5, 6, 6, 6, 1])
        settings.continuingPrefix = "@@"
        let without = try WordPieceTokenizer(vocabulary: vocabulary(["a", "xa"]), settings: settings)
        #expect(without.tokenize("a aa") == [5, 1])
    }

    @Test(arguments: [
        ([0x61, 0xFF], 1), ([0x61, 0x62, 0xC3], 2), ([0xED, 0xA0, 0x80], 0), ([0xC0, 0x80], 0),
        ([0xF4, 0x90, 0x80, 0x80], 0),
    ] as [([UInt8], Int)])
    func invalidUTF8IsAnError(bytes: [UInt8], offset: Int) throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a"]))
        #expect(throws: WordPieceError.invalidUTF8(offset: offset)) { try tokenizer.tokenize(utf8: bytes.span) }
        #expect(throws: WordPieceError.invalidUTF8(offset: offset)) { try tokenizer.encode(utf8: bytes.span) }
    }
}
