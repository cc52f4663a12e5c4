/// Cuts words into pieces.
struct PieceSink<Trace: PieceTrace>: WordSink, Sendable {
    let tokenizer: WordPieceTokenizer
    var word: WordBuffer
    var trace: Trace
    var ids: [Int32] = []

    init(_ tokenizer: WordPieceTokenizer, _ trace: Trace) {
        (self.tokenizer, self.trace) = (tokenizer, trace)
        word = WordBuffer(maximumLength: tokenizer.settings.maximumWordLength)
    }

    @inline(__always)
    mutating func source(_ start: Int, _ end: Int) { trace.source(start, end) }

    @inline(__always)
    mutating func pushed() { trace.pushed() }

    mutating func special(_ id: Int32, _ bytes: Range<Int>) {
        ids.append(id)
        trace.special(bytes)
    }

    mutating func endWord() {
        tokenizer.cut(word, &trace, &ids)
        trace.endWord()
    }
}

extension WordPieceTokenizer {
    /// Appends the pieces of a word, each the longest that fits, or the unknown token if some part has none.
    fileprivate func cut(_ word: borrowing WordBuffer, _ trace: inout some PieceTrace, _ ids: inout [Int32]) {
        if word.isTooLong {
            ids.append(unknownID)
            trace.unknown(dropping: 0)
            return
        }
        let first = ids.count
        let bytes = word.bytes.span
        let nodes = vocabulary.trie.nodes.span
        var start = 0
        var from: Int? = 0
        while start < word.count {
            var piece: Int32 = -1
            var end = start
            if var node = from {
                for index in start..<word.count {
                    let next = Int(nodes[node].base) + Int(bytes[index])
                    guard nodes[next].parent == Int32(truncatingIfNeeded: node) else { break }
                    node = next
                    if nodes[node].id >= 0 {
                        piece = nodes[node].id
                        end = index + 1
                    }
                }
            }
            guard piece >= 0 else {
                trace.unknown(dropping: ids.count - first)
                ids.removeSubrange(first...)
                ids.append(unknownID)
                return
            }
            ids.append(piece)
            trace.piece(bytes.extracting(start..<end))
            start = end
            from = continuingNode
        }
    }

    /// Gives a sink the words and special tokens of valid UTF-8.
    func read(_ text: Span<UInt8>, _ sink: inout PieceSink<some PieceTrace>) {
        var start = 0
        while let (bytes, id) = specials.next(in: text, from: start) {
            read(plain: text, start..<bytes.lowerBound, &sink)
            sink.special(id, bytes)
            start = bytes.upperBound
        }
        read(plain: text, start..<text.count, &sink)
    }

    /// As `read`, of a part in which special tokens are not looked for.
    func read(plain text: Span<UInt8>, _ part: Range<Int>, _ sink: inout PieceSink<some PieceTrace>) {
        actions.walk(text, part, &sink)
        actions.end(&sink)
    }

    /// Appends the ids of valid UTF-8.
    func append(_ text: Span<UInt8>, to ids: inout [Int32]) {
        var sink = PieceSink(self, NoTrace())
        swap(&sink.ids, &ids)
        read(text, &sink)
        swap(&sink.ids, &ids)
    }
}
