import Randomness
import Testing
import Tokens
import WordPiece

@testable import Pipelines

/// Which words are masked, and by what.
@Suite struct MaskableWordsTests {
    private let words: MaskableWords

    init() throws {
        let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + (0..<95).map { "w\($0)" }
        let vocabulary = try WordPieceVocabulary(bytes: Array((tokens.joined(separator: "\n") + "\n").utf8), file: "vocab.txt")
        words = MaskableWords(try WordPieceTokenizer(vocabulary: vocabulary))
    }

    /// BERT's shares: of the chosen eight in ten become [MASK], one another word, one stays.
    @Test func sharesAreThoseOfBERT() {
        let count = 100_000
        // Every fiftieth is a special token.
        let ids = (0..<count).map { (place: Int) -> Int32 in place % 50 == 0 ? Int32(place / 50 % 5) : Int32(5 + place % 95) }
        let sequence = TokenSequence(ids: ids, types: Array(repeating: 0, count: count))
        var random = RandomStream(seed: 3, stream: 1)
        let masked = words.masked(sequence, probability: 0.15, &random)
        let tags = masked.tags ?? []
        let chosen = tags.indices.filter { tags[$0] >= 0 }
        #expect(chosen.allSatisfy { tags[$0] == sequence.ids[$0] && sequence.ids[$0] >= 5 })
        #expect(tags.indices.allSatisfy { tags[$0] >= 0 || masked.ids[$0] == sequence.ids[$0] })
        // Five standard errors of shares of 98,000 and of 14,700.
        #expect((Double(chosen.count) / 98_000 - 0.15).magnitude < 0.0058)
        let share = { (condition: (Int) -> Bool) in Double(chosen.count(where: condition)) / Double(chosen.count) }
        #expect((share { masked.ids[$0] == 4 } - 0.801).magnitude < 0.017)
        #expect((share { masked.ids[$0] == sequence.ids[$0] } - 0.101).magnitude < 0.013)
    }

    @Test func theSameStreamMasksTheSame() {
        let sequence = TokenSequence(ids: (5..<60).map { Int32($0) }, types: Array(repeating: 0, count: 55))
        func masked(_ stream: UInt64) -> TokenSequence {
            var random = RandomStream(seed: 3, stream: stream)
            return words.masked(sequence, probability: 0.5, &random)
        }
        #expect(masked(1).ids == masked(1).ids && masked(1).ids != masked(2).ids)
    }
}
