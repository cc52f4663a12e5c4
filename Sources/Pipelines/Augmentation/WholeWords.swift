import WordPiece

/// Which ids are whole words of letters, and which places of a sequence hold one.
struct WholeWords: Sendable {
    /// Of each id.
    private let isWhole: [Bool]
    private let continues: [Bool]
    /// Whole words, by their numbers.
    let ids: [Int32]

    init(_ tokenizer: WordPieceTokenizer) {
        let prefix = tokenizer.settings.continuingPrefix
        let tokens = (0..<tokenizer.vocabulary.count).map { tokenizer.vocabulary.token(of: Int32($0)) ?? "" }
        let specials = Set(tokenizer.settings.specialTokens)
        continues = tokens.map { $0.hasPrefix(prefix) }
        isWhole = zip(tokens, continues).map { token, continues in
            !continues && !specials.contains(token) && !token.isEmpty && token.allSatisfy { $0.isLetter }
        }
        let whole = isWhole
        ids = tokens.indices.filter { whole[$0] }.map(Int32.init)
    }

    /// Places of words of one piece: what stands for several is left as it is.
    func places(_ sequence: some Collection<Int32>) -> [Int] {
        let ids = Array(sequence)
        return ids.indices.filter { place in
            isWhole[Int(ids[place])] && !(place + 1 < ids.count && continues[Int(ids[place + 1])])
        }
    }

    /// The best ids of some scores, of whole words but one.
    ///
    /// - Parameter scores: of every id.
    func best(_ count: Int, _ scores: [Float], except id: Int32) -> [Int32] {
        // Of equal scores the smaller number, whatever the order of a sort.
        var found: [(score: Float, id: Int32)] = []
        for word in ids where word != id {
            let score = scores[Int(word)]
            if found.count == count, let last = found.last, score <= last.score { continue }
            let place = found.firstIndex { $0.score < score } ?? found.count
            found.insert((score, word), at: place)
            if found.count > count { found.removeLast() }
        }
        return found.map(\.id)
    }
}
