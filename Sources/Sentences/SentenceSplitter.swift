/// Splits paragraphs into sentences by the marks that end them in the scripts of the world, and by lists of abbreviations.
///
/// Where a full stop may be either, it does not split: a sentence that is too long does less harm to a training corpus
/// than one that is cut.
public struct SentenceSplitter: Sendable {
    /// A run of text without a mark is cut at a space or comma before it gets longer, in bytes.
    public var longest: Int
    private let abbreviations: Abbreviations

    /// - Parameter language: its code, such as `de`; others use abbreviations of many languages.
    public init(language: String? = nil, longest: Int = 4096) {
        precondition(longest >= 64, "a sentence has 64 bytes at least")
        self.longest = longest
        abbreviations = Abbreviations(language: language)
    }

    /// Where the sentences of a text stand, without white space around them; a line end always ends one.
    ///
    /// - Parameter text: UTF-8; what is not is taken for letters.
    public func ranges(in text: Span<UInt8>) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var at = 0
        func end(_ place: Int) {
            append(text, start..<place, to: &ranges)
            start = place
        }
        while at < text.count {
            let byte = text[at]
            guard isCandidate(byte) else {
                at += 1
                continue
            }
            if byte == 0x0A {
                end(at)
                at += 1
                continue
            }
            guard let mark = Mark(text, at) else {
                at += 1
                continue
            }
            // Marks in a row end the same sentence, with the brackets and quotation marks that close behind them.
            var (stop, isFirm, isStop) = (at + mark.size, mark.isFirm, mark.isFullStop)
            while let next = Mark(text, stop) {
                (stop, isFirm, isStop) = (stop + next.size, isFirm || next.isFirm, false)
            }
            stop = pastClosers(text, stop)
            if splits(text, at, stop, isFirm: isFirm, isFullStop: isStop, sentence: start) { end(stop) }
            at = stop
        }
        end(text.count)
        return ranges
    }

    /// Whether a sentence ends with the marks at a place.
    private func splits(_ text: Span<UInt8>, _ at: Int, _ stop: Int, isFirm: Bool, isFullStop: Bool, sentence: Int) -> Bool {
        guard stop < text.count else { return false }
        // The scripts that have marks of their own need no space behind them.
        if isFirm { return true }
        guard isWhite(text, stop) else { return false }
        let next = firstLetter(text, from: stop)
        if let next, next.isLowercase { return false }
        guard isFullStop else { return true }
        let word = wordStart(text, before: at, limit: sentence)..<at
        return abbreviations.ends(text, word, next: next?.start ?? text.count)
    }

    private func append(_ text: Span<UInt8>, _ range: Range<Int>, to ranges: inout [Range<Int>]) {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low < high, isWhite(text, low) { low += whiteSize(text, low) }
        while high > low, isSpace(text[high - 1]) { high -= 1 }
        while high - low > longest {
            let cut = cut(text, low..<low + longest)
            ranges.append(low..<cut)
            low = cut
            while low < high, isSpace(text[low]) { low += 1 }
        }
        if low < high { ranges.append(low..<high) }
    }

    /// Where a text without marks is cut: behind the last semicolon, comma or space of its second half, else at a character.
    private func cut(_ text: Span<UInt8>, _ range: Range<Int>) -> Int {
        for sign in [UInt8(ascii: ";"), UInt8(ascii: ","), 0x20] {
            var at = range.upperBound
            while at > range.lowerBound + range.count / 2 {
                if text[at - 1] == sign { return at }
                at -= 1
            }
        }
        var at = range.upperBound
        while at > range.lowerBound + 1, text[at] & 0xC0 == 0x80, range.upperBound - at < 4 { at -= 1 }
        return at
    }
}
