import TestSupport
import Testing
import WordPiece

@Suite struct VocabularyTrainerTests {
    private static let special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

    /// Words that begin and end alike, so that there are pieces to find.
    private static let text: String = {
        var generator = SplitMix64(seed: 5)
        let (stems, ends) = (["road", "clos", "bridg", "queu", "north", "slow", "öst"], ["", "ing", "ed", "es", "er", "ward"])
        return (0..<2000).map { _ in stems.randomElement(using: &generator)! + ends.randomElement(using: &generator)! }
            .joined(separator: " ")
    }()

    private func counts(_ texts: String..., settings: WordPieceSettings = WordPieceSettings()) -> WordCounts {
        var counts = WordCounts(settings)
        for text in texts { counts.add(text.utf8Span) }
        return counts
    }

    private func train(_ counts: WordCounts, size: Int = 60, _ change: (inout VocabularyTrainer) -> Void = { _ in }) throws -> [String] {
        var trainer = VocabularyTrainer(size: size)
        change(&trainer)
        return try #require(trainer.train(counts))
    }

    @Test("Special tokens, then characters, then those within words, then pieces")
    func order() throws {
        let tokens = try train(counts("abab abab ab c"), size: 100)
        #expect(tokens == Self.special + ["a", "b", "c", "##a", "##b"] + tokens[10...])
        #expect(tokens.suffix(from: 10).contains("ab") && tokens.contains("abab"))
        #expect(Set(tokens).count == tokens.count)
    }

    @Test("All words are covered, and in fewer pieces the more tokens there are")
    func everyWordIsKnown() throws {
        let counts = counts(Self.text)
        var last = Int.max
        for size in [45, 60, 80, 120] {
            let tokens = try train(counts, size: size)
            #expect(tokens.count == min(size, tokens.count) && (size > 80 || tokens.count == size))
            let tokenizer = try WordPieceTokenizer(vocabulary: WordPieceVocabulary(bytes: Array(tokens.map { $0 + "\n" }.joined().utf8), file: "trained"))
            let ids = tokenizer.tokenize(Self.text)
            #expect(!ids.contains(tokenizer.unknownID))
            #expect(ids.count <= last)
            last = ids.count
        }
        #expect(last == 2000, "in the end each word is a token")
    }

    @Test("The order in which text is counted, and in how many parts, does not matter")
    func orderOfText() throws {
        let words = Self.text.split(separator: " ").map(String.init)
        let whole = try train(counts(Self.text), size: 70)
        var generator = SplitMix64(seed: 6)
        for _ in 0..<5 {
            let shuffled = words.shuffled(using: &generator)
            var parts = counts(shuffled[..<700].joined(separator: "\n"))
            parts.add(counts(shuffled[700...].joined(separator: "\t")))
            #expect(try train(parts, size: 70) == whole)
        }
    }

    @Test func pairsThatAreRareAreNotJoined() throws {
        let counts = counts("abc abc abc xyz xyz q")
        #expect(try train(counts, size: 100).contains("xyz"))
        let tokens = try train(counts, size: 100) { $0.minimumFrequency = 3 }
        #expect(tokens.contains("abc") && !tokens.contains { $0.contains("xy") || $0.contains("yz") })
        #expect(try train(counts, size: 100) { $0.minimumFrequency = 4 }.allSatisfy { $0.hasPrefix("[") || $0.count == 1 || $0.hasPrefix("##") })
    }

    @Test func theRarestCharactersAreLeftOut() throws {
        let tokens = try train(counts("aaaa bbb cc d"), size: 100) { $0.alphabetLimit = 2 }
        #expect(tokens.contains("a") && tokens.contains("b") && !tokens.contains("c") && !tokens.contains("d"))
        // Counts are equal: the code point decides.
        let ties = try train(counts("d c b a"), size: 100) { $0.alphabetLimit = 2 }
        #expect(ties == Self.special + ["a", "b"])
    }

    @Test func aSpecialTokenIsNoPieceAndStandsFirst() throws {
        let tokens = try train(counts("road road road"), size: 100) { $0.specialTokens = ["road", "[MASK]", "<x>"] }
        #expect(tokens[..<7] == (Self.special + ["road", "<x>"])[...])
        #expect(tokens.count { $0 == "road" } == 1)
    }

    @Test func textIsNormalisedAsItWillBe() throws {
        #expect(try train(counts("Öl ÖL öl"), size: 100).contains("ol"))
        let settings = WordPieceSettings(lowercase: false)
        let tokens = try train(counts("Öl Öl ÖL ÖL", settings: settings), size: 100)
        #expect(tokens.contains("Öl") && tokens.contains("ÖL") && !tokens.contains("ol"))
        #expect(try train(counts("東京 東京"), size: 100) == Self.special + ["京", "東"], "characters that are words alone")
    }

    @Test func wordsAreForgottenByTheirCounts() throws {
        var counts = counts("a a a b b c c d")
        counts.prune(to: 3)
        // b and c are as frequent: with both of them there would be no more than three.
        #expect(counts.runCount == 3)
        counts.prune(to: 2)
        #expect(counts.runCount == 1, "all of a count or none")
        counts.prune(to: 1)
        #expect(counts.runCount == 1)
    }

    @Test func nothingYieldsSpecialTokensAlone() throws {
        #expect(try train(counts(" \n\u{0}"), size: 100) == Self.special)
        #expect(try train(counts(String(repeating: "x", count: 200)), size: 100) == Self.special, "no word of more than 100 characters")
    }

    @Test func itCanBeStopped() {
        let text = (0..<6000).map { String($0 / 2 * 7919 % 100_003, radix: 36) }.joined(separator: " ")
        #expect(VocabularyTrainer(size: 4000).train(counts(text)) != nil)
        #expect(VocabularyTrainer(size: 4000).train(counts(text), isStopped: { true }) == nil)
    }
}
