/// A tokenizer at work in one thread: the same ids as `WordPieceTokenizer.tokenize`, many times faster on much text.
///
/// It keeps the ids of runs of text that it met (words, mostly) in a fixed amount of memory. A run is what stands between
/// white space and characters that are words alone. Its ids depend on its own bytes only, since what normalisation does
/// to a character depends on neighbours within the run at most.
public struct WordPieceEncoder: ~Copyable {
    public let tokenizer: WordPieceTokenizer
    let cache: WordCache
    let separators: ASCIISeparators
    let roles: RoleTable
    /// Cuts runs that the cache has not; its ids are those of the last.
    var sink: PieceSink<NoTrace>

    /// - Parameter runs: how many runs of up to 15 bytes to keep, at 64 bytes each with their share of longer ones.
    public init(_ tokenizer: WordPieceTokenizer, runs: Int = 1 << 18) {
        self.tokenizer = tokenizer
        cache = WordCache(runs: runs)
        separators = ASCIISeparators(tokenizer)
        roles = RoleTable(tokenizer.actions)
        sink = PieceSink(tokenizer, NoTrace())
        learnVocabulary()
    }

    /// Appends the ids of a text, without special tokens around it; at most as many as it has bytes.
    public mutating func append(_ text: UTF8Span, to ids: inout [Int32]) {
        var ends: [Int]? = nil
        append(text.span, to: &ids, &ends)
    }

    /// Appends the ids of each line of a text, without special tokens around them.
    ///
    /// - Parameter ends: gets, for each line, how many ids there are up to its end. A newline ends a line; one at the very
    ///   end of the text opens no further line.
    public mutating func append(lines text: UTF8Span, to ids: inout [Int32], ends: inout [Int]) {
        let text = text.span
        var all: [Int]? = ends
        ends = []
        append(text, to: &ids, &all)
        ends = all!
        if text.count > 0, text[text.count - 1] != newline { ends.append(ids.count) }
    }

    private mutating func append(_ text: Span<UInt8>, to ids: inout [Int32], _ ends: inout [Int]?) {
        var start = 0
        while let (bytes, id) = tokenizer.specials.next(in: text, from: start) {
            append(plain: text.extracting(start..<bytes.lowerBound), to: &ids, &ends)
            ids.append(id)
            start = bytes.upperBound
        }
        append(plain: text.extracting(start...), to: &ids, &ends)
    }

    /// Appends the ids of a text in which special tokens are not looked for.
    private mutating func append(plain text: Span<UInt8>, to ids: inout [Int32], _ ends: inout [Int]?) {
        var start = 0
        var room = min(text.count, 1 << 16)
        while start < text.count {
            let before = start
            let offset = ids.count
            unsafe ids.append(addingCapacity: room + RunCursor.slack) { output in
                unsafe output.withUnsafeMutableBufferPointer { buffer, count in
                    unsafe text.withUnsafeBytes { bytes in
                        var cursor = unsafe RunCursor(bytes, from: start, into: buffer, offset: offset)
                        unsafe encode(&cursor, &ends)
                        unsafe (start, count) = (cursor.position(in: bytes), cursor.count)
                    }
                }
            }
            // A run may yield more ids than there was room for.
            if start == before { room *= 2 }
        }
    }

    /// Fills the cache with what the vocabulary has whole.
    private mutating func learnVocabulary() {
        for id in 0..<Int32(tokenizer.vocabulary.count) {
            guard let token = tokenizer.vocabulary.utf8(of: id), (1...ShortKey.longest).contains(token.count) else { continue }
            unsafe token.withUnsafeBytes { bytes in
                let (start, end) = unsafe (bytes.baseAddress!, bytes.baseAddress! + bytes.count)
                guard unsafe runEnd(start, end) == end else { return }
                unsafe tokenizeRun(start, token.count)
                _ = unsafe cache.store(ShortKey(start, byteCount: token.count, end: end), sink.ids.span)
            }
        }
    }
}

let newline = UInt8(ascii: "\n")

/// Where encoding stands in a text, and in room for ids.
@unsafe
struct RunCursor {
    /// How much more room than ids there must be: whole lanes are written.
    static let slack = 32

    var at: UnsafeRawPointer
    var end: UnsafeRawPointer
    let ids: UnsafeMutablePointer<Int32>
    /// How many ids were written, and from how many on no more may be begun.
    var count = 0
    let limit: Int
    /// How many ids there were before.
    let offset: Int

    /// - Parameter room: at least `slack`.
    init(_ text: UnsafeRawBufferPointer, from start: Int, into room: UnsafeMutableBufferPointer<Int32>, offset: Int) {
        unsafe at = text.baseAddress! + start
        unsafe end = text.baseAddress! + text.count
        unsafe ids = room.baseAddress!
        unsafe limit = unsafe room.count - Self.slack
        unsafe self.offset = offset
    }

    func position(in text: UnsafeRawBufferPointer) -> Int { unsafe at - text.baseAddress! }
}
