extension Renderer {
    mutating func renderTable(_ mark: Mark) {
        output.append("\n\n")
        beginsRow = true
        if options.tables { return skip(to: source.next(newline, from: Int(mark.end))) }
        if mark.partner >= 0, Int(mark.partner) < frame.marks.upperBound { return jump(past: mark) }
        skip(to: unclosedTableEnd(from: Int(mark.end)))
    }

    /// A table without an end goes on to a heading, or to a blank line with no row behind it.
    private func unclosedTableEnd(from start: Int) -> Int {
        var end = frame.bytes.upperBound
        var isBlank = false
        for index in frame.marks {
            let mark = marks[index]
            if mark.kind == .headingOpen { return Int(mark.start) }
            guard mark.kind == .newline else { continue }
            let kind = LineKind(rawValue: mark.detail)
            if isBlank, kind == .text || kind == .item || kind == .term { return Int(mark.start) }
            if kind == .blank { end = min(end, Int(mark.start)) }
            isBlank = kind == .blank
            if !isBlank { end = frame.bytes.upperBound }
        }
        return end
    }

    /// Of a table that shows: a row is a line, cells are parted by semicolons.
    mutating func beginRow(_ mark: Mark) {
        let start = Int(mark.end)
        let sign = start + 1 < source.count ? source[start + 1] : 0
        switch sign {
        case UInt8(ascii: "-"):
            beginsRow = true
            skip(to: source.next(newline, from: start))
        case UInt8(ascii: "+"):
            output.append(newline)
            beginsRow = true
            beginCell(start + 2)
        default:
            if beginsRow { output.append(newline) } else { partCells() }
            beginsRow = false
            beginCell(start + 1)
        }
    }

    /// Empty cells leave nothing behind.
    mutating func partCells() {
        output.append(Marker.dropped)
        output.append("; ")
    }

    /// Past a cell's attributes, which end with a single pipe on the same line.
    mutating func beginCell(_ start: Int) {
        frame.bytes = min(start, frame.bytes.upperBound)..<frame.bytes.upperBound
        for index in frame.marks {
            let mark = marks[index]
            if mark.kind == .void || mark.end <= start { continue }
            guard mark.kind == .pipe else {
                if mark.kind == .entity { continue }
                return
            }
            if mark.end - mark.start == 1 { goOn(at: index + 1, byte: Int(mark.end)) }
            return
        }
    }
}
