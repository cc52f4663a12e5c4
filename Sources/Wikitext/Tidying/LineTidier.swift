/// Makes a line of what was rendered: single spaces, no empty brackets, no trace of what was left out, composed
/// characters.
struct LineTidier {
    struct Bracket {
        /// Where it begins in the line, before the space in front of it.
        var start: Int
        var hasSpaceBefore: Bool
        var hasContent = false
        var hasDropped = false
        /// Whether it stands at a letter, as in a function's name.
        var followsLetter: Bool
    }

    private(set) var line: [UInt8] = []
    private(set) var literals: [Range<Int>] = []
    private let classes = CharacterClasses.shared
    private var brackets: [Bracket] = []
    private var hasSpace = false
    /// Whether something was left out since the last character.
    private var hasDropped = false
    private var isLiteral = false
    private var literalStart: Int?
    /// Whether a colon may be the one between a term and what it means.
    private var isTerm = false
    /// What kind of character the line ends with.
    private var last = CharacterClass.plain

    mutating func tidy(_ rendered: Span<UInt8>, isTerm: Bool) {
        line.removeAll(keepingCapacity: true)
        literals.removeAll(keepingCapacity: true)
        brackets.removeAll(keepingCapacity: true)
        (hasSpace, hasDropped, isLiteral, literalStart) = (false, false, false, nil)
        (self.isTerm, last) = (isTerm, .plain)
        var apostrophes: [Int]?
        var run = 0
        var at = 0
        while at < rendered.count {
            let start = at
            let other = skipPlain(rendered, &at)
            if at > start { appendPlain(rendered.extracting(start..<at)) }
            guard let (scalar, size, kind) = other else { break }
            if rendered[at] == Marker.quote {
                let counts = apostrophes ?? literalApostrophes(rendered)
                apostrophes = counts
                while at < rendered.count, rendered[at] == Marker.quote { at += 1 }
                for _ in 0..<counts[run] { appendPlain([UInt8(ascii: "'")].span) }
                run += 1
                continue
            }
            append(rendered.extracting(at..<at + size), scalar, kind)
            at += size
        }
        if last == .joiner { removeJoiners() }
        endLiteral()
    }

    /// Goes past plain characters, and past what may stand between two of them: punctuation, a space, or both.
    ///
    /// - Returns: the first character behind, or nil at the end.
    private func skipPlain(_ text: Span<UInt8>, _ at: inout Int) -> (scalar: UInt32, size: Int, kind: CharacterClass)? {
        var (index, end, steps) = (at, at, 0)
        var first: (scalar: UInt32, size: Int, kind: CharacterClass)?
        while index < text.count {
            let (scalar, size) = character(text, index)
            let kind = classes[scalar]
            if kind == .plain {
                index += size
                (end, steps, first) = (index, 0, nil)
                continue
            }
            let stays = scalar == 0x20 ? first?.kind != .space : steps == 0 && (kind == .separator || kind == .terminal)
            first = first ?? (scalar, size, kind)
            steps += 1
            guard stays, steps < 3, end > at else { break }
            index += size
        }
        at = end
        return first
    }

    private mutating func appendPlain(_ text: Span<UInt8>) {
        putSpace()
        if isLiteral, literalStart == nil { literalStart = line.count }
        line.append(text)
        (last, hasDropped) = (.plain, false)
        if !brackets.isEmpty { brackets[brackets.count - 1].hasContent = true }
    }

    /// The space that was put off, unless the line or a bracket just begins.
    private mutating func putSpace() {
        guard hasSpace else { return }
        hasSpace = false
        if last == .joiner { removeJoiners() }
        if line.isEmpty || (last == .open && (hasDropped || brackets.last?.hasDropped == true)) { return }
        line.append(0x20)
    }

    private mutating func append(_ text: Span<UInt8>, _ scalar: UInt32, _ kind: CharacterClass) {
        if isLiteral, kind != .marker, kind != .space, kind != .invisible, kind != .composing, kind != .decomposing { return appendPlain(text) }
        switch kind {
        case .plain: appendPlain(text)
        case .composing, .decomposing: appendComposing(text, scalar, kind)
        case .space: hasSpace = true
        case .invisible: break
        case .joiner:
            if hasSpace || line.isEmpty { break }
            line.append(text)
            last = .joiner
        case .separator: appendSeparator(text, scalar)
        case .terminal:
            if hasDropped { hasSpace = false }
            putSpace()
            line.append(text)
            (last, hasDropped) = (.terminal, false)
        case .open: openBracket(text)
        case .close: closeBracket(text)
        case .marker: takeMarker(UInt8(scalar))
        }
    }

    private mutating func takeMarker(_ marker: UInt8) {
        switch marker {
        case Marker.dropped:
            hasDropped = true
            if !brackets.isEmpty { brackets[brackets.count - 1].hasDropped = true }
        case Marker.literalStart: isLiteral = true
        case Marker.literalEnd: endLiteral()
        default: break
        }
    }

    private mutating func endLiteral() {
        if let start = literalStart, start < line.count { literals.append(start..<line.count) }
        (isLiteral, literalStart) = (false, nil)
    }

    private mutating func removeJoiners() {
        while line.count >= 3, line[line.count - 3] == 0xE2, line[line.count - 2] == 0x80, [0x8C, 0x8D].contains(line[line.count - 1]) {
            line.removeLast(3)
        }
        last = .plain
    }

    // MARK: Separators and brackets

    private mutating func appendSeparator(_ text: Span<UInt8>, _ scalar: UInt32) {
        if isTerm, hasSpace, scalar == UInt32(UInt8(ascii: ":")) { (isTerm, hasSpace) = (false, false) }
        if hasDropped {
            // What stood before it, or after the one before, is gone.
            let isColon = scalar == UInt32(UInt8(ascii: ":"))
            if line.isEmpty || (!isColon && (last == .open || last == .separator)) { return }
            hasSpace = false
        }
        putSpace()
        line.append(text)
        (last, hasDropped) = (.separator, false)
    }

    private mutating func openBracket(_ text: Span<UInt8>) {
        let start = line.count
        let before = line.last ?? 0x20
        let bracket = Bracket(start: start, hasSpaceBefore: hasSpace, followsLetter: !hasSpace && (isLetter(before) || isDigit(before)))
        putSpace()
        line.append(text)
        (last, hasDropped) = (.open, false)
        brackets.append(bracket)
    }

    private mutating func closeBracket(_ text: Span<UInt8>) {
        guard let bracket = brackets.popLast() else { return appendPlain(text) }
        let isEmpty = !bracket.hasContent && !(bracket.followsLetter && !bracket.hasDropped && last == .open)
        if isEmpty {
            line.removeSubrange(bracket.start...)
            while let end = literals.last?.upperBound, end > line.count { literals.removeLast() }
            (hasSpace, hasDropped, last) = (bracket.hasSpaceBefore, true, .plain)
            return
        }
        if hasDropped {
            hasSpace = false
            if last == .separator { removeSeparators() }
        }
        putSpace()
        line.append(text)
        (last, hasDropped) = (.close, false)
        if !brackets.isEmpty { brackets[brackets.count - 1].hasContent = true }
    }

    private mutating func removeSeparators() {
        while let byte = line.last {
            if byte == 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: ":") {
                line.removeLast()
            } else if byte >= 0x80, line.count > 2, classes[character(line.span, line.count - 3).0] == .separator, line[line.count - 3] >= 0xE0 {
                line.removeLast(3)
            } else {
                break
            }
        }
    }

    // MARK: Composition

    /// A character that may go together with those before it.
    private mutating func appendComposing(_ text: Span<UInt8>, _ scalar: UInt32, _ kind: CharacterClass) {
        let isMark = classes.combiningClass(scalar) != 0
        // A mark that has lost its letter.
        if isMark, hasSpace || line.isEmpty { return }
        putSpace()
        if isLiteral, literalStart == nil { literalStart = line.count }
        let start = kind == .composing && stands(scalar) ? line.count : segmentStart
        line.append(text)
        if start < line.count - text.count || kind == .decomposing {
            let segment = Array(line[start...])
            let normal = composed(segment)
            if normal != segment { line.replaceSubrange(start..., with: normal) }
        }
        (last, hasDropped) = (.plain, false)
        if !brackets.isEmpty { brackets[brackets.count - 1].hasContent = true }
    }

    /// Whether a character changes nothing: a letter stands before it with which it does not compose.
    private func stands(_ scalar: UInt32) -> Bool {
        guard !line.isEmpty else { return true }
        let before = character(line.span, characterStart(before: line.count)).0
        return classes.combiningClass(before) == 0 && !classes.composes(scalar, after: before)
    }

    /// Where the last letter of the line begins, no further back than normalisation of streams needs (30 marks).
    private var segmentStart: Int {
        var start = line.count
        for _ in 0..<32 where start > 0 {
            start = characterStart(before: start)
            if classes.combiningClass(character(line.span, start).0) == 0 { break }
        }
        return start
    }

    private func characterStart(before end: Int) -> Int {
        var start = end - 1
        while start > 0, line[start] & 0xC0 == 0x80 { start -= 1 }
        return start
    }
}

/// The character at a place of UTF-8, and how many bytes it has; a byte that begins none stands for itself.
@inline(__always)
func character(_ text: Span<UInt8>, _ at: Int) -> (scalar: UInt32, size: Int) {
    let lead = UInt32(text[at])
    let size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard at + size <= text.count else { return (lead, 1) }
    func bits(_ offset: Int) -> UInt32 { UInt32(text[at + offset]) & 0x3F }
    return switch size {
    case 1: (lead, 1)
    case 2: ((lead & 0x1F) << 6 | bits(1), 2)
    case 3: ((lead & 0x0F) << 12 | bits(1) << 6 | bits(2), 3)
    default: ((lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3), 4)
    }
}
