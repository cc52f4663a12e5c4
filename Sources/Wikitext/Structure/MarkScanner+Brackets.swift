extension MarkScanner {
    // MARK: Templates and parameters

    /// A run of braces: which of them belong together is known when they are closed.
    mutating func openBraces(_ count: Int) {
        if site.hasVariants, count == 1, at > 0, source[at - 1] == UInt8(ascii: "-"), marks.last.map({ $0.end < at }) ?? true {
            guard stack.count < Self.deepest else { return drop(1) }
            return push(.variantOpen, start: at - 1, end: at + 1)
        }
        guard count > 1 else {
            at += 1
            return
        }
        guard stack.count < Self.deepest else { return drop(count) }
        stack.append(Open(kind: .templateOpen, mark: marks.count, start: at, count: count))
        openBraces += 1
        for _ in 0..<count / 2 { marks.append(Mark(.void, at, at)) }
        at += count
    }

    mutating func closeBraces(_ count: Int) {
        if stack.last?.kind == .variantOpen, source.has("}-", at: at), count == 1 { return close(.variantClose, count: 2) }
        var count = count
        while count > 1, openBraces > 0 {
            while stack[stack.count - 1].kind != .templateOpen { pop() }
            let top = stack.count - 1
            let taken = min(count, stack[top].count, 3)
            stack[top].count -= taken
            let start = stack[top].start + stack[top].count
            // The innermost take the last of the marks that were kept.
            let mark = stack[top].mark + stack[top].count / 2
            marks[mark] = Mark(taken == 3 ? .parameterOpen : .templateOpen, start, start + taken)
            marks[mark].partner = Int32(marks.count)
            marks.append(Mark(taken == 3 ? .parameterClose : .templateClose, at, at + taken))
            marks[marks.count - 1].partner = Int32(mark)
            at += taken
            count -= taken
            if stack[top].count < 2 {
                stack.removeLast()
                openBraces -= 1
            }
            if taken == 2, stack.last?.kind == .tableOpen, endsTable(start + 2..<at - 2) { close(.tableClose, count: 0) }
        }
        // A brace by itself is text.
        if count > 1 { mark(.dropped, count: count) } else { at += count }
    }

    /// Templates that stand for the end of a table.
    private func endsTable(_ name: Range<Int>) -> Bool {
        name.count < 16 && site.rule(of: source, name) == .tableEnd
    }

    // MARK: Links and addresses

    mutating func openBrackets(_ count: Int) {
        var count = count
        while count > 1 {
            if stack.count < Self.deepest { push(.linkOpen, start: at, end: at + 2) } else { drop(2) }
            count -= 2
        }
        guard count == 1 else { return }
        guard stack.last?.kind != .externalOpen, let scheme = addressScheme(at: at + 1) else {
            at += 1
            return
        }
        let end = addressEnd(from: scheme)
        guard stack.count < Self.deepest else { return drop(end - at) }
        push(.externalOpen, start: at, end: end)
    }

    mutating func closeBrackets(_ count: Int) {
        var count = count
        while count > 0 {
            if stack.last?.kind == .externalOpen {
                close(.externalClose, count: 1)
                count -= 1
            } else if count > 1 {
                if stack.last?.kind == .linkOpen { close(.linkClose, count: 2) } else { mark(.dropped, count: 2) }
                count -= 2
            } else {
                at += 1
                count -= 1
            }
        }
    }

    mutating func markPipe() {
        // Templates and links are told apart before addresses are looked at.
        if stack.count > 1, stack[stack.count - 1].kind == .externalOpen, stack[stack.count - 2].kind != .tableOpen { pop() }
        switch stack.last?.kind {
        case .templateOpen?, .linkOpen?: mark(.pipe, count: 1)
        case .tableOpen? where marksCells: mark(.pipe, count: source.has("||", at: at) ? 2 : 1)
        case nil, .externalOpen?: mark(.pipe, count: 1, detail: 1)
        default: at += 1
        }
    }

    mutating func markHeaderCell() {
        let parts = marksCells && stack.last?.kind == .tableOpen && source.has("!!", at: at)
        if parts { mark(.pipe, count: 2) } else { at += 1 }
    }

    /// - Returns: where the scheme of an address ends that begins at a place.
    private func addressScheme(at place: Int) -> Int? {
        if source.has("//", at: place) { return place + 2 }
        var end = place
        while end < source.count, end - place < 10, isLetter(source[end]) { end += 1 }
        guard end > place, end < source.count, source[end] == UInt8(ascii: ":") else { return nil }
        if source.has("//", at: end + 1) { return end + 3 }
        let isOpaque = ["mailto", "news", "tel", "urn", "magnet", "sip", "xmpp", "geo"].contains { (scheme: StaticString) in
            scheme.utf8CodeUnitCount == end - place && source.hasFolded(scheme, at: place)
        }
        return isOpaque ? end + 1 : nil
    }

    private func addressEnd(from start: Int) -> Int {
        var end = start
        while end < source.count, !endsAddress(at: end) { end += 1 }
        return end
    }

    private func endsAddress(at place: Int) -> Bool {
        switch source[place] {
        case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\""),
            UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "|"):
            true
        case UInt8(ascii: "'"): source.has("''", at: place)
        // Punctuation of East Asian scripts, and the forms of full width.
        case 0xE3: source.has("\u{3000}", at: place) || source.has("\u{3001}", at: place) || source.has("\u{3002}", at: place)
        case 0xEF: place + 1 < source.count && source[place + 1] == 0xBC
        default: false
        }
    }

    /// An address in the text, seen at the colon of its scheme.
    mutating func markAddress() {
        var start = at
        let limit = max(marks.last.map { Int($0.end) } ?? 0, at - 10)
        while start > limit, isLetter(source[start - 1]) { start -= 1 }
        guard source.has("://", at: at), start < at else {
            at += 1
            return
        }
        let schemes: [StaticString] = ["http", "https", "ftp", "ftps", "irc", "ircs", "git", "gopher", "svn", "telnet", "ssh", "worldwind"]
        let length = at - start
        guard schemes.contains(where: { $0.utf8CodeUnitCount == length && source.hasFolded($0, at: start) }) else {
            at += 1
            return
        }
        var end = addressEnd(from: at + 3)
        let hasBracket = source.extracting(start..<end).next(UInt8(ascii: "("), from: 0) < end - start
        while end > at, isTrailing(source[end - 1], hasBracket) { end -= 1 }
        at = start
        mark(.dropped, count: end - start)
    }

    private func isTrailing(_ byte: UInt8, _ hasBracket: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "\\"):
            true
        case UInt8(ascii: ")"): !hasBracket
        default: false
        }
    }
}
