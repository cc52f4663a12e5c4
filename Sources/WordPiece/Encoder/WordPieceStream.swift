/// Encodes one text that comes in blocks of any size, however long it is, in the memory of a block and a word.
///
/// The ids are those of `tokenize` for the whole of the text. What is no UTF-8 is replaced by U+FFFD and counted.
public struct WordPieceStream: Sendable {
    private var sink: PieceSink<NoTrace>
    /// The end of what came, where a character or a special token may be cut.
    private var pending: [UInt8] = []
    /// How often something was replaced.
    public private(set) var replacements = 0

    public init(_ tokenizer: WordPieceTokenizer) {
        sink = PieceSink(tokenizer, NoTrace())
    }

    /// Appends the ids that the text has for certain so far.
    public mutating func append(_ block: Span<UInt8>, to ids: inout [Int32]) {
        pending.append(addingCapacity: block.count) { output in
            for index in block.indices { output.append(block[index]) }
        }
        encode(isLast: false)
        takeIDs(&ids)
    }

    /// Appends the last ids, and begins anew.
    public mutating func finish(to ids: inout [Int32]) {
        encode(isLast: true)
        sink.tokenizer.actions.end(&sink)
        takeIDs(&ids)
    }

    private mutating func takeIDs(_ ids: inout [Int32]) {
        ids += sink.ids
        sink.ids.removeAll(keepingCapacity: true)
    }

    private mutating func encode(isLast: Bool) {
        var held = pending
        let whole = isLast ? held.count : held.count - unfinishedCharacter(held.span)
        let tail = held[whole...]
        held = Array(held[..<whole])
        if let (text, count) = repairedUTF8(held.span) {
            held = text
            replacements += count
        }
        let (text, tokenizer) = (held.span, sink.tokenizer)
        // A special token that begins below the limit is there as a whole.
        var limit = isLast ? text.count : max(0, text.count - tokenizer.specials.maximumByteCount + 1)
        while limit > 0, limit < text.count, text[limit] & 0xC0 == 0x80 { limit -= 1 }
        var start = 0
        while let (bytes, id) = tokenizer.specials.next(in: text, from: start), bytes.lowerBound < limit {
            tokenizer.read(plain: text, start..<bytes.lowerBound, &sink)
            sink.special(id, bytes)
            start = bytes.upperBound
        }
        if start < limit { tokenizer.actions.walk(text, start..<limit, &sink) }
        pending = Array(held[max(start, limit)...]) + tail
    }
}

/// How many bytes at the end of a text may begin a character that goes on behind it.
private func unfinishedCharacter(_ text: Span<UInt8>) -> Int {
    for count in 1...3 where count <= text.count {
        let byte = text[text.count - count]
        if byte & 0xC0 == 0x80 { continue }
        let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        return needed > count ? count : 0
    }
    return 0
}
