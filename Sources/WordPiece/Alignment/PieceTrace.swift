/// Follows the pieces of a text, to tell where they come from.
protocol PieceTrace: Sendable {
    /// The bytes of the text that the next characters of words come from.
    mutating func source(_ start: Int, _ end: Int)
    /// A character was appended to the word.
    mutating func pushed()
    /// A special token that stands in the text.
    mutating func special(_ bytes: Range<Int>)
    /// The next piece of the word, as normalised UTF-8.
    mutating func piece(_ bytes: Span<UInt8>)
    /// The whole word is unknown, and so many pieces of it are none.
    mutating func unknown(dropping count: Int)
    mutating func endWord()
}

/// Costs nothing.
struct NoTrace: PieceTrace {
    @inline(__always) func source(_ start: Int, _ end: Int) {}
    @inline(__always) func pushed() {}
    @inline(__always) func special(_ bytes: Range<Int>) {}
    @inline(__always) func piece(_ bytes: Span<UInt8>) {}
    @inline(__always) func unknown(dropping count: Int) {}
    @inline(__always) func endWord() {}
}

/// Keeps the offsets and words of pieces.
///
/// A character takes the place of the one that it came from. Marks that canonical ordering moves leave their places
/// where they were, so that offsets stay in order.
struct OffsetTrace: PieceTrace {
    private(set) var offsets: [Range<Int>] = []
    private(set) var words: [Int32] = []
    private(set) var isSpecial: [Bool] = []
    private var current = 0..<0
    /// Where the word's characters come from, as far as it can have pieces.
    private var sources: [Range<Int>] = []
    private var last = 0..<0
    private var used = 0
    private var word: Int32 = 0
    private let maximumLength: Int

    init(maximumLength: Int) { self.maximumLength = maximumLength }

    mutating func source(_ start: Int, _ end: Int) { current = start..<end }

    mutating func pushed() {
        if sources.count <= maximumLength { sources.append(current) }
        last = current
    }

    mutating func special(_ bytes: Range<Int>) {
        append(bytes, isSpecial: true)
        word += 1
    }

    mutating func piece(_ bytes: Span<UInt8>) {
        var count = 0
        for index in bytes.indices where bytes[index] & 0xC0 != 0x80 { count += 1 }
        append(sources[used].lowerBound..<sources[used + count - 1].upperBound)
        used += count
    }

    mutating func unknown(dropping count: Int) {
        offsets.removeLast(count)
        words.removeLast(count)
        isSpecial.removeLast(count)
        append(sources[0].lowerBound..<last.upperBound)
    }

    mutating func endWord() {
        sources.removeAll(keepingCapacity: true)
        used = 0
        word += 1
    }

    private mutating func append(_ bytes: Range<Int>, isSpecial special: Bool = false) {
        offsets.append(bytes)
        words.append(word)
        isSpecial.append(special)
    }
}
