import Testing
import WordPiece

@testable import Pipelines

/// Which words augmentation replaces.
@Suite struct WholeWordsTests {
    private let words: WholeWords
    private let tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "road", "##s", "closed", ".", "12", "a1", "über", "[unused1]"]

    init() throws {
        let vocabulary = try WordPieceVocabulary(bytes: Array((tokens.joined(separator: "\n") + "\n").utf8), file: "vocab.txt")
        words = WholeWords(try WordPieceTokenizer(vocabulary: vocabulary))
    }

    private func ids(_ names: [String]) -> [Int32] { names.map { Int32(tokens.firstIndex(of: $0)!) } }

    @Test func theyAreOfLettersAndOfOnePiece() {
        #expect(words.ids == ids(["road", "closed", "über"]))
        #expect(words.places(ids(["[CLS]", "road", "##s", "closed", ".", "12", "a1", "über", "[UNK]", "[SEP]"])) == [3, 7])
        #expect(words.places([]) == [])
    }

    /// Of equal scores the smaller number; never the word itself, and no more than there are.
    @Test func theBestAreInOrder() {
        var scores = [Float](repeating: 9, count: tokens.count)
        (scores[5], scores[7], scores[11]) = (1, 2, 2)
        #expect(words.best(2, scores, except: 5) == [7, 11])
        #expect(words.best(5, scores, except: 7) == [11, 5])
        #expect(words.best(1, scores, except: 11) == [7])
    }
}
