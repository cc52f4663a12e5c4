extension MarkScanner {
    mutating func markTag() {
        let isClose = at + 1 < source.count && source[at + 1] == UInt8(ascii: "/")
        var nameEnd = 0
        guard let name = TagName(source, from: isClose ? at + 2 : at + 1, end: &nameEnd), let tag = Tag.byName[name],
            let end = tagEnd(from: nameEnd)
        else {
            // No tag can be what was typed: it is text, whatever follows once other marks are gone.
            let first = isClose ? at + 2 : at + 1
            let isText = first >= source.count || !isLetter(source[first])
            if isText { mark(.character, count: 1) } else { at += 1 }
            return
        }
        let isWhole = source[end - 2] == UInt8(ascii: "/") || (source[end - 2] == 0x20 && source[end - 3] == UInt8(ascii: "/"))
        if tag.isOpaque, !isClose, !isWhole { return markOpaque(tag, end) }
        if tag == .table { pairTableTag(isClose) }
        mark(.tag, count: end - at, detail: tag.rawValue << 1 | (isClose ? 1 : 0))
    }

    /// Tables of HTML, too, are told apart from their text by both their ends.
    private mutating func pairTableTag(_ isClose: Bool) {
        if isClose {
            guard let open = tableTags.popLast() else { return }
            marks[open].partner = Int32(marks.count)
        } else {
            tableTags.append(marks.count)
        }
    }

    /// Where a tag ends whose name does: past the `>` that is not in quotes, or past the first if quotes do not match.
    private func tagEnd(from start: Int) -> Int? {
        if start < source.count, source[start] == UInt8(ascii: ">") { return start + 1 }
        guard start < source.count, isWhite(source[start]) || source[start] == UInt8(ascii: "/") else { return nil }
        var first: Int?
        var quote: UInt8 = 0
        var index = start
        loop: while index < source.count {
            let byte = source[index]
            switch byte {
            case UInt8(ascii: "<"): break loop
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if quote == 0 { quote = byte } else if quote == byte { quote = 0 }
            case UInt8(ascii: ">"):
                if quote == 0 { return index + 1 }
                first = first ?? index + 1
            default: break
            }
            index += 1
        }
        return first
    }

    /// A tag whose content is not parsed, with all of it.
    private mutating func markOpaque(_ tag: Tag, _ contentStart: Int) {
        let content: Range<Int>
        let end: Int
        if tag == .ref || tag == .references {
            (content, end) = referenceEnd(tag, contentStart)
        } else if let closer = closers.closer(of: tag, in: source, from: contentStart) {
            (content, end) = (contentStart..<closer.lowerBound, closer.upperBound)
        } else {
            return mark(.tag, count: contentStart - at, detail: tag.rawValue << 1)
        }
        let open = marks.count
        marks.append(Mark(.opaqueOpen, at, content.lowerBound, detail: tag.rawValue))
        marks.append(Mark(.opaqueClose, content.upperBound, end, detail: tag.rawValue))
        marks[open].partner = Int32(open + 1)
        marks[open + 1].partner = Int32(open)
        at = end
    }

    /// References are often left open: one ends before the next opens, or with its paragraph.
    private mutating func referenceEnd(_ tag: Tag, _ start: Int) -> (content: Range<Int>, end: Int) {
        if tag == .references {
            guard let closer = closers.closer(of: tag, in: source, from: start) else { return (start..<start, start) }
            return (start..<closer.lowerBound, closer.upperBound)
        }
        let closer = closers.closer(of: .ref, in: source, from: start)
        let stop = closer?.lowerBound ?? source.count
        var index = start
        var paragraphEnd: Int?
        while index < stop {
            if source[index] == UInt8(ascii: "<"), opensReference(at: index) { return (start..<start, paragraphEnd ?? index) }
            if source[index] == newline, paragraphEnd == nil, isBlank(at: index + 1) {
                if closer == nil { return (start..<start, index) }
                paragraphEnd = index
            }
            index += 1
        }
        return (start..<stop, closer?.upperBound ?? stop)
    }

    /// Whether `<ref` opens here, with content of its own.
    private func opensReference(at place: Int) -> Bool {
        guard source.hasFolded("<ref", at: place), place + 4 < source.count, let end = tagEnd(from: place + 4) else { return false }
        return source[end - 2] != UInt8(ascii: "/")
    }

    private func isBlank(at place: Int) -> Bool {
        let first = source.pastSpaces(from: place, to: source.count)
        return first >= source.count || source[first] == newline
    }

    // MARK: Small things

    /// The end of a comment that has no beginning.
    mutating func markCommentEnd() {
        guard at > 1, source.has("-->", at: at - 2), marks[marks.count - 1].end <= at - 2 else {
            at += 1
            return
        }
        at -= 2
        mark(.dropped, count: 3)
    }

    mutating func markEntity() {
        guard let length = Entity(source, at: at)?.length else {
            at += 1
            return
        }
        mark(.entity, count: length)
    }

    mutating func markQuotes(_ count: Int) {
        if count > 1 { mark(.quotes, count: count) } else { at += 1 }
    }

    /// A behaviour switch such as `__NOTOC__`, in any language: no white space and no small letters of ASCII.
    mutating func markSwitch() {
        let start = at + 2
        guard source.has("__", at: at) else {
            at += 1
            return
        }
        var end = start
        while end < source.count, end - start < 64, source[end] > 0x20, source[end] != UInt8(ascii: "_"), !isSmall(source[end]) { end += 1 }
        guard end > start, source.has("__", at: end) else {
            at = max(at + 1, min(start, source.count))
            return
        }
        mark(.dropped, count: end + 2 - at)
    }
}

private func isSmall(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
