import Randomness
import Tokens
import WordPiece

/// Which tokens can be masked, and by what.
struct MaskableWords: Sendable {
    private let maskID: Int32
    /// Of each id: whether it stands for text.
    private let isText: [Bool]

    init(_ tokenizer: WordPieceTokenizer) {
        maskID = tokenizer.maskID
        let specials = Set(tokenizer.settings.specialTokens)
        isText = (0..<tokenizer.vocabulary.count).map { !specials.contains(tokenizer.vocabulary.token(of: Int32($0)) ?? "") }
    }

    /// A copy in which some tokens are masked; its tags are the words that stood there, -1 elsewhere.
    func masked(_ sequence: TokenSequence, probability: Double, _ random: inout RandomStream) -> TokenSequence {
        var (ids, targets) = (sequence.ids, [Int32](repeating: -1, count: sequence.ids.count))
        for place in ids.indices where isText[Int(ids[place])] {
            // Drawn whether they are used or not: a place decides nothing of the next.
            let (chance, kind, word) = (Double(random.next32()) / 4_294_967_296, random.below(10), random.below(UInt32(isText.count)))
            guard chance < probability else { continue }
            targets[place] = ids[place]
            if kind < 8 { ids[place] = maskID } else if kind == 8 { ids[place] = Int32(word) }
        }
        return TokenSequence(ids: ids, types: sequence.types, tags: targets)
    }
}
