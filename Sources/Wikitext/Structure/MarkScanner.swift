/// Reads a page once from left to right and marks all that is not plain text, each opening bracket with its partner.
///
/// An explicit stack holds what is open. Brackets of any kind that do not match are recovered from: a blank line ends
/// open links, a heading ends everything, a closing bracket ends what was opened after its partner.
struct MarkScanner: ~Escapable {
    /// MediaWiki allows 40 templates within one another.
    static let deepest = 100

    struct Open {
        var kind: Mark.Kind
        /// Of a run of braces the first of the marks kept for it.
        var mark: Int
        var start: Int
        /// How many braces are still open.
        var count = 0
    }

    let source: Span<UInt8>
    let site: SiteNames
    let marksCells: Bool
    var at = 0
    /// Where the line before ended.
    var lineBreak = 0
    var marks: [Mark]
    var stack: [Open] = []
    /// How many on the stack are runs of braces, tables.
    var openBraces = 0
    var openTables = 0
    /// Where the closing signs of the heading on this line stand.
    var headingClose: (mark: Int, start: Int)?
    var closers = CloserMemo()
    /// Marks of tables in HTML that are open.
    var tableTags: [Int] = []
    /// Constructs that were too deep to follow.
    var overflows = 0

    @_lifetime(copy source)
    init(_ source: Span<UInt8>, _ site: SiteNames, marksCells: Bool, reusing marks: consuming [Mark]) {
        self.source = source
        self.site = site
        self.marksCells = marksCells
        self.marks = marks
        self.marks.removeAll(keepingCapacity: true)
    }

    mutating func scan() {
        beginLine()
        while true {
            var at = at
            while at < source.count, !isSpecial(source[at]) { at += 1 }
            self.at = at
            guard at < source.count else { break }
            let byte = source[at]
            switch byte {
            case newline: endLine()
            case UInt8(ascii: "{"): openBraces(run(of: UInt8(ascii: "{")))
            case UInt8(ascii: "}"): closeBraces(run(of: UInt8(ascii: "}")))
            case UInt8(ascii: "["): openBrackets(run(of: UInt8(ascii: "[")))
            case UInt8(ascii: "]"): closeBrackets(run(of: UInt8(ascii: "]")))
            case UInt8(ascii: "|"): markPipe()
            case UInt8(ascii: "<"): markTag()
            case UInt8(ascii: "&"): markEntity()
            case UInt8(ascii: "'"): markQuotes(run(of: UInt8(ascii: "'")))
            case UInt8(ascii: ":"): markAddress()
            case UInt8(ascii: "!"): markHeaderCell()
            case UInt8(ascii: ">"): markCommentEnd()
            default: markSwitch()
            }
        }
        endHeading()
        popAll()
    }

    func run(of byte: UInt8) -> Int {
        var end = at + 1
        while end < source.count, source[end] == byte { end += 1 }
        return end - at
    }

    /// Marks what begins at the place where the scan stands, and goes on behind it.
    mutating func mark(_ kind: Mark.Kind, count: Int, detail: UInt8 = 0) {
        marks.append(Mark(kind, at, at + count, detail: detail))
        at += count
    }

    mutating func push(_ kind: Mark.Kind, start: Int, end: Int) {
        stack.append(Open(kind: kind, mark: marks.count, start: start))
        if kind == .tableOpen { openTables += 1 }
        marks.append(Mark(kind, start, end))
        at = end
    }

    /// Ends what is on top of the stack with a mark at the place where the scan stands.
    mutating func close(_ kind: Mark.Kind, count: Int) {
        let open = stack.removeLast()
        if open.kind == .tableOpen { openTables -= 1 }
        marks[open.mark].partner = Int32(marks.count)
        marks.append(Mark(kind, at, at + count))
        marks[marks.count - 1].partner = Int32(open.mark)
        at += count
    }

    /// Gives up what is on top of the stack: it has no partner.
    mutating func pop() {
        let open = stack.removeLast()
        switch open.kind {
        case .tableOpen: openTables -= 1
        case .templateOpen:
            openBraces -= 1
            if open.count > 1 { marks[open.mark] = Mark(.templateOpen, open.start, open.start + open.count) }
        default: break
        }
    }

    mutating func popAll() {
        tableTags.removeAll(keepingCapacity: true)
        while !stack.isEmpty { pop() }
    }

    /// Links and addresses end with their paragraph, but for captions of files.
    mutating func popLinks() {
        while let open = stack.last {
            switch open.kind {
            case .externalOpen, .variantOpen: break
            case .linkOpen:
                if case .file? = site.namespace(of: source, from: open.start + 2) { return }
            default: return
            }
            pop()
        }
    }
}

/// Whether something may begin with a byte: a newline or one of ``!&':<>[]_{|}``, as bits of two words.
@inline(__always)
private func isSpecial(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 0x40 ? 0x540000C200000400 : byte < 0x80 ? 0x38000000A8000000 : 0
    return bits &>> UInt64(byte & 0x3F) & 1 == 1
}
