extension WordPieceTokenizer {
    /// Appends the ids of valid UTF-8.
    func append(_ text: Span<UInt8>, to ids: inout [Int32]) {
        var word = WordBuffer(maximumLength: settings.maximumWordLength)
        var start = 0
        while let (bytes, id) = specials.next(in: text, from: start) {
            append(plain: text.extracting(start..<bytes.lowerBound), &word, to: &ids)
            ids.append(id)
            start = bytes.upperBound
        }
        append(plain: text.extracting(start...), &word, to: &ids)
    }

    /// Appends the ids of valid UTF-8 in which special tokens are not looked for.
    ///
    /// - Parameter word: an empty one; it is so again at the end.
    func append(plain text: Span<UInt8>, _ word: inout WordBuffer, to ids: inout [Int32]) {
        let ascii = actions.ascii.span
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                let entry = ascii[Int(byte)]
                index += 1
                switch entry >> 8 {
                case CharacterActions.word: word.append(ascii: UInt8(truncatingIfNeeded: entry))
                case CharacterActions.space: endWord(&word, &ids)
                case CharacterActions.isolated:
                    endWord(&word, &ids)
                    word.append(ascii: byte)
                    endWord(&word, &ids)
                default: break
                }
                continue
            }
            let (scalar, byteCount) = scalar(of: text, at: index)
            index += byteCount
            append(scalar, &word, &ids)
        }
        endWord(&word, &ids)
    }

    private func append(_ scalar: UInt32, _ word: inout WordBuffer, _ ids: inout [Int32]) {
        let action = actions[scalar]
        switch action {
        case CharacterActions.word: word.append(scalar)
        case CharacterActions.removed: break
        case CharacterActions.space: endWord(&word, &ids)
        case CharacterActions.isolated: appendWord(scalar, &word, &ids)
        case CharacterActions.barrier: word.endMarks()
        case CharacterActions.hangul:
            // Unicode Standard, section 3.12.
            let syllable = scalar - hangulRange[0]
            word.append(0x1100 + syllable / 588)
            word.append(0x1161 + syllable % 588 / 28)
            if syllable % 28 > 0 { word.append(0x11A7 + syllable % 28) }
        default:
            for step in actions.steps(of: action) {
                switch step.kind {
                case .word: word.append(step.scalar)
                case .mark: word.append(mark: step.scalar, combiningClass: step.combiningClass)
                case .space: endWord(&word, &ids)
                case .isolated: appendWord(step.scalar, &word, &ids)
                case .barrier: word.endMarks()
                }
            }
        }
    }

    private func appendWord(_ scalar: UInt32, _ word: inout WordBuffer, _ ids: inout [Int32]) {
        endWord(&word, &ids)
        word.append(scalar)
        endWord(&word, &ids)
    }

    /// Appends the pieces of the word, each the longest that fits, or the unknown token if some part has none.
    private func endWord(_ word: inout WordBuffer, _ ids: inout [Int32]) {
        if word.isEmpty { return }
        defer { word.clear() }
        if word.isTooLong {
            ids.append(unknownID)
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
                ids.removeSubrange(first...)
                ids.append(unknownID)
                return
            }
            ids.append(piece)
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
