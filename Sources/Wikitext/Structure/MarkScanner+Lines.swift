extension MarkScanner {
    mutating func endLine() {
        endHeading()
        while stack.last?.kind == .externalOpen { pop() }
        lineBreak = at
        at += 1
        beginLine()
    }

    /// Marks the end of a line together with what begins the next.
    mutating func beginLine() {
        let start = at
        let first = source.pastSpaces(from: start, to: source.count)
        guard first < source.count else { return markLine(.blank, to: first) }
        let sign = source[first]
        switch sign {
        case newline:
            popLinks()
            markLine(.blank, to: first)
        case UInt8(ascii: "=") where first == start:
            guard let heading = heading(at: start) else { return markLine(.text, to: start) }
            popAll()
            markLine(.text, to: start)
            headingClose = (marks.count, heading.close)
            mark(.headingOpen, count: heading.level, detail: UInt8(heading.level))
        case UInt8(ascii: "*"), UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: ";"): beginItem(at: first)
        case UInt8(ascii: "-") where source.has("----", at: first):
            var end = first
            while end < source.count, source[end] == UInt8(ascii: "-") { end += 1 }
            markLine(.rule, to: end)
        case UInt8(ascii: "{") where isTable(at: first):
            markLine(.text, to: first)
            openTable()
        case UInt8(ascii: "|"), UInt8(ascii: "!"): beginRow(at: first)
        default: markLine(.text, to: first)
        }
    }

    private mutating func markLine(_ kind: LineKind, to end: Int) {
        marks.append(Mark(.newline, lineBreak, end, detail: kind.rawValue))
        at = end
    }

    private mutating func beginItem(at start: Int) {
        var end = start
        var last = source[start]
        while end < source.count, isItemSign(source[end]) {
            last = source[end]
            end += 1
        }
        end = source.pastSpaces(from: end, to: source.count)
        if isTable(at: end) {
            markLine(.text, to: end)
            openTable()
        } else {
            markLine(last == UInt8(ascii: ";") ? .term : .item, to: end)
        }
    }

    private mutating func beginRow(at start: Int) {
        let isPipe = source[start] == UInt8(ascii: "|")
        if isPipe, start + 1 < source.count, source[start + 1] == UInt8(ascii: "}"), openTables > 0,
            stack.last?.kind == .tableOpen || !source.has("}", at: start + 2)
        {
            markLine(.text, to: start)
            while stack.last?.kind != .tableOpen { pop() }
            return close(.tableClose, count: 2)
        }
        switch stack.last?.kind {
        case .tableOpen?: markLine(.row, to: start)
        case nil where isPipe: markLine(.row, to: start)
        case nil where isHeaderRow(at: start): markLine(.row, to: start)
        default: markLine(.text, to: start)
        }
    }

    /// A line that begins with `!` is a row only if it has more cells, or attributes.
    private func isHeaderRow(at start: Int) -> Bool {
        var index = start + 1
        while index < source.count, source[index] != newline {
            if source.has("!!", at: index) || source[index] == UInt8(ascii: "|") { return true }
            if source.has("[[", at: index) || source.has("{{", at: index) { return false }
            index += 1
        }
        return false
    }

    private func isTable(at place: Int) -> Bool {
        source.has("{|", at: place) && !source.has("}", at: place + 2)
    }

    private mutating func openTable() {
        guard stack.count < Self.deepest else { return drop(2) }
        push(.tableOpen, start: at, end: at + 2)
    }

    /// Brackets that nothing is done with.
    mutating func drop(_ count: Int) {
        overflows += 1
        mark(.dropped, count: count)
    }

    /// - Returns: the level of the heading that a line is, and where its closing signs stand; `nil` if it is none.
    private func heading(at start: Int) -> (level: Int, close: Int)? {
        let lineEnd = source.next(newline, from: start)
        var end = lineEnd
        while end > start, isWhite(source[end - 1]) { end -= 1 }
        var close = end
        while close > start, source[close - 1] == UInt8(ascii: "=") { close -= 1 }
        var open = start
        while open < close, source[open] == UInt8(ascii: "=") { open += 1 }
        guard close > open else { return nil }
        let level = min(open - start, end - close, 6)
        return level > 0 ? (level, end - level) : nil
    }

    /// Ends the heading of the line, and what was opened in it.
    mutating func endHeading() {
        guard let (mark, start) = headingClose else { return }
        headingClose = nil
        popAll()
        guard marks[marks.count - 1].end <= start else { return }
        marks[mark].partner = Int32(marks.count)
        marks.append(Mark(.headingClose, start, at))
        marks[marks.count - 1].partner = Int32(mark)
    }
}

func isItemSign(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "*") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ";")
}
