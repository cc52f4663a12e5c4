extension WordPieceTokenizer {
    /// The text of ids: pieces joined, words apart. Ids that the vocabulary lacks are left out.
    ///
    /// - Parameter cleansUp: removes the space before punctuation and within contractions, as the reference does.
    public func decode(_ ids: some Sequence<Int32>, skipSpecialTokens: Bool = true, cleansUp: Bool = true) -> String {
        let prefix = Array(settings.continuingPrefix.utf8)
        var text: [UInt8] = []
        var isFirst = true
        for id in ids {
            guard let token = vocabulary.utf8(of: id), !(skipSpecialTokens && specials.contains(id)) else { continue }
            var piece = Array(token)
            if !isFirst {
                if piece.starts(with: prefix) {
                    piece.removeFirst(prefix.count)
                } else {
                    piece.insert(UInt8(ascii: " "), at: 0)
                }
            }
            isFirst = false
            if cleansUp { for (artefact, replacement) in artefacts { replace(artefact, with: replacement, in: &piece) } }
            text += piece
        }
        return String(decoding: text, as: UTF8.self)
    }
}

/// What the reference tidies in each token, in its order.
private let artefacts: [(artefact: [UInt8], replacement: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
].map { (Array($0.utf8), Array($1.utf8)) }

private func replace(_ pattern: [UInt8], with replacement: [UInt8], in bytes: inout [UInt8]) {
    var start = 0
    while start + pattern.count <= bytes.count {
        if bytes[start..<start + pattern.count].elementsEqual(pattern) {
            bytes.replaceSubrange(start..<start + pattern.count, with: replacement)
            start += replacement.count
        } else {
            start += 1
        }
    }
}
