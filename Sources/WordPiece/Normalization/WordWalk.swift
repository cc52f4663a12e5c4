/// Takes the words of a text, normalised, one after another.
protocol WordSink {
    /// The word being read.
    var word: WordBuffer { get set }
    /// The bytes of the text that the next characters of words come from.
    mutating func source(_ start: Int, _ end: Int)
    /// A character was appended to the word.
    mutating func pushed()
    /// The word, which is not empty, is complete.
    mutating func endWord()
}

extension CharacterActions {
    /// Walks over a part of valid UTF-8, in which special tokens are not looked for.
    ///
    /// The word that the part may end in goes on behind it: `end` ends it.
    func walk(_ text: Span<UInt8>, _ part: Range<Int>, _ sink: inout some WordSink) {
        let ascii = ascii.span
        var index = part.lowerBound
        while index < part.upperBound {
            let byte = text[index]
            if byte < 0x80 {
                let entry = ascii[Int(byte)]
                sink.source(index, index + 1)
                index += 1
                switch entry >> 8 {
                case Self.word:
                    sink.word.append(ascii: UInt8(truncatingIfNeeded: entry))
                    sink.pushed()
                case Self.space: end(&sink)
                case Self.isolated: appendWord(UInt32(byte), &sink)
                default: break
                }
                continue
            }
            let (scalar, byteCount) = scalar(of: text, at: index)
            sink.source(index, index + byteCount)
            index += byteCount
            append(scalar, &sink)
        }
    }

    func end(_ sink: inout some WordSink) {
        if sink.word.isEmpty { return }
        sink.endWord()
        sink.word.clear()
    }

    private func append(_ scalar: UInt32, _ sink: inout some WordSink) {
        let action = self[scalar]
        switch action {
        case Self.word: push(scalar, &sink)
        case Self.removed: break
        case Self.space: end(&sink)
        case Self.isolated: appendWord(scalar, &sink)
        case Self.barrier: sink.word.endMarks()
        case Self.hangul:
            // Unicode Standard, section 3.12.
            let syllable = scalar - hangulRange[0]
            push(0x1100 + syllable / 588, &sink)
            push(0x1161 + syllable % 588 / 28, &sink)
            if syllable % 28 > 0 { push(0x11A7 + syllable % 28, &sink) }
        default:
            for step in steps(of: action) {
                switch step.kind {
                case .word: push(step.scalar, &sink)
                case .mark:
                    sink.word.append(mark: step.scalar, combiningClass: step.combiningClass)
                    sink.pushed()
                case .space: end(&sink)
                case .isolated: appendWord(step.scalar, &sink)
                case .barrier: sink.word.endMarks()
                }
            }
        }
    }

    @inline(__always)
    private func push(_ scalar: UInt32, _ sink: inout some WordSink) {
        sink.word.append(scalar)
        sink.pushed()
    }

    private func appendWord(_ scalar: UInt32, _ sink: inout some WordSink) {
        end(&sink)
        push(scalar, &sink)
        end(&sink)
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
