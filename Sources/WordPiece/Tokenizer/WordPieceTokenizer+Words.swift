extension WordPieceTokenizer {
    /// Appends the ids of valid UTF-8.
    func append(_ text: Span<UInt8>, to ids: inout [Int32]) {
        var word = WordBuffer(maximumLength: settings.maximumWordLength)
        var trace = NoTrace()
        append(text, &word, &trace, to: &ids)
    }

    /// Appends the ids of valid UTF-8, and tells where they come from.
    func append(_ text: Span<UInt8>, _ word: inout WordBuffer, _ trace: inout some PieceTrace, to ids: inout [Int32]) {
        var start = 0
        while let (bytes, id) = specials.next(in: text, from: start) {
            walk(text, start..<bytes.lowerBound, &word, &trace, &ids)
            endWord(&word, &trace, &ids)
            ids.append(id)
            trace.special(bytes)
            start = bytes.upperBound
        }
        walk(text, start..<text.count, &word, &trace, &ids)
        endWord(&word, &trace, &ids)
    }

    /// Appends the ids of valid UTF-8 in which special tokens are not looked for.
    ///
    /// - Parameter word: an empty one; it is so again at the end.
    func append(plain text: Span<UInt8>, _ word: inout WordBuffer, to ids: inout [Int32]) {
        var trace = NoTrace()
        walk(text, 0..<text.count, &word, &trace, &ids)
        endWord(&word, &trace, &ids)
    }

    /// Appends the ids of a part of valid UTF-8, but for the word that it may end in.
    func walk(
        _ text: Span<UInt8>, _ part: Range<Int>, _ word: inout WordBuffer, _ trace: inout some PieceTrace, _ ids: inout [Int32]
    ) {
        let ascii = actions.ascii.span
        var index = part.lowerBound
        while index < part.upperBound {
            let byte = text[index]
            if byte < 0x80 {
                let entry = ascii[Int(byte)]
                trace.source(index, index + 1)
                index += 1
                switch entry >> 8 {
                case CharacterActions.word:
                    word.append(ascii: UInt8(truncatingIfNeeded: entry))
                    trace.pushed()
                case CharacterActions.space: endWord(&word, &trace, &ids)
                case CharacterActions.isolated: appendWord(UInt32(byte), &word, &trace, &ids)
                default: break
                }
                continue
            }
            let (scalar, byteCount) = scalar(of: text, at: index)
            trace.source(index, index + byteCount)
            index += byteCount
            append(scalar, &word, &trace, &ids)
        }
    }

    private func append(_ scalar: UInt32, _ word: inout WordBuffer, _ trace: inout some PieceTrace, _ ids: inout [Int32]) {
        let action = actions[scalar]
        switch action {
        case CharacterActions.word:
            word.append(scalar)
            trace.pushed()
        case CharacterActions.removed: break
        case CharacterActions.space: endWord(&word, &trace, &ids)
        case CharacterActions.isolated: appendWord(scalar, &word, &trace, &ids)
        case CharacterActions.barrier: word.endMarks()
        case CharacterActions.hangul:
            // Unicode Standard, section 3.12.
            let syllable = scalar - hangulRange[0]
            word.append(0x1100 + syllable / 588)
            trace.pushed()
            word.append(0x1161 + syllable % 588 / 28)
            trace.pushed()
            guard syllable % 28 > 0 else { return }
            word.append(0x11A7 + syllable % 28)
            trace.pushed()
        default:
            for step in actions.steps(of: action) {
                switch step.kind {
                case .word:
                    word.append(step.scalar)
                    trace.pushed()
                case .mark:
                    word.append(mark: step.scalar, combiningClass: step.combiningClass)
                    trace.pushed()
                case .space: endWord(&word, &trace, &ids)
                case .isolated: appendWord(step.scalar, &word, &trace, &ids)
                case .barrier: word.endMarks()
                }
            }
        }
    }

    private func appendWord(_ scalar: UInt32, _ word: inout WordBuffer, _ trace: inout some PieceTrace, _ ids: inout [Int32]) {
        endWord(&word, &trace, &ids)
        word.append(scalar)
        trace.pushed()
        endWord(&word, &trace, &ids)
    }

    /// Appends the pieces of the word, each the longest that fits, or the unknown token if some part has none.
    func endWord(_ word: inout WordBuffer, _ trace: inout some PieceTrace, _ ids: inout [Int32]) {
        if word.isEmpty { return }
        defer {
            word.clear()
            trace.endWord()
        }
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
}

/// The character of valid UTF-8 that begins at a place.
func scalar(of text: Span<UInt8>, at index: Int) -> (scalar: UInt32, byteCount: Int) {
    let lead = UInt32(text[index])
    func bits(_ offset: Int) -> UInt32 { UInt32(text[index + offset]) & 0x3F }
    return switch lead {
    case ..<0x80: (lead, 1)
    case ..<0xE0: ((lead & 0x1F) << 6 | bits(1), 2)
    case ..<0xF0: ((lead & 0x0F) << 12 | bits(1) << 6 | bits(2), 3)
    default: ((lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3), 4)
    }
}
