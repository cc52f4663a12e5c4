/// Walks over the marks of a page and writes what shows, with markers for what the tidying must know.
///
/// What is left out is jumped over. Arguments of templates wait on a stack of their own, so nothing recurs.
struct Renderer: ~Escapable {
    /// A part of the page that is to be written, and what to do behind it.
    struct Frame {
        var marks: Range<Int>
        var bytes: Range<Int>
        var action = Action.none
        /// Where in the output the parts begin that the action puts together.
        var outputStart = 0
    }

    enum Action {
        case none, separate, breakLine, breakParagraph
        case finish(TemplateRule)
    }

    let source: Span<UInt8>
    let marks: [Mark]
    let site: SiteNames
    let options: WikitextOptions
    let title: [UInt8]
    var output: [UInt8]
    var waiting: [Frame] = []
    var frame: Frame
    var arguments: [TemplateArgument] = []
    /// Pipes before this mark are text: in the label of a link, or behind what was left open.
    var textEnd = 0
    /// Whether the next cell of a table begins a row.
    var beginsRow = false
    var isDisambiguation = false

    @_lifetime(copy source)
    init(
        _ source: Span<UInt8>, _ marks: [Mark], site: SiteNames, options: WikitextOptions, title: [UInt8],
        reusing output: consuming [UInt8]
    ) {
        self.source = source
        self.marks = marks
        self.site = site
        self.options = options
        self.title = title
        self.output = output
        self.output.removeAll(keepingCapacity: true)
        frame = Frame(marks: 0..<marks.count, bytes: 0..<source.count)
    }

    mutating func render() {
        while true {
            if let index = frame.marks.first {
                frame.marks = index + 1..<frame.marks.upperBound
                let mark = marks[index]
                let start = Int(mark.start)
                // What was jumped over, or cut off with white space.
                guard mark.kind != .void, start >= frame.bytes.lowerBound, start < frame.bytes.upperBound else { continue }
                copy(to: start)
                frame.bytes = min(Int(mark.end), frame.bytes.upperBound)..<frame.bytes.upperBound
                render(mark, index)
            } else {
                copy(to: frame.bytes.upperBound)
                finish()
                guard let next = waiting.popLast() else { return }
                frame = next
            }
        }
    }

    private mutating func copy(to end: Int) {
        guard frame.bytes.lowerBound < end else { return }
        let first = source[frame.bytes.lowerBound]
        if isItemSign(first) {
            copySign()
        } else if first == UInt8(ascii: "'"), output.last == first {
            // Two that come together only here would be wikitext again.
            frame.bytes = frame.bytes.lowerBound + 1..<frame.bytes.upperBound
        }
        output.append(source.extracting(frame.bytes.lowerBound..<end))
        frame.bytes = end..<frame.bytes.upperBound
    }

    /// A sign of lists that begins a line of the text, but none of the page, is text.
    private mutating func copySign() {
        let start = frame.bytes.lowerBound
        guard let last = output.last, last == newline || last == Marker.item || last == Marker.term, source[max(start, 1) - 1] != newline else { return }
        let byte = source[start]
        appendLiteral(byte)
        frame.bytes = start + 1..<frame.bytes.upperBound
    }

    mutating func appendLiteral(_ byte: UInt8) {
        output.append(Marker.literalStart)
        output.append(byte)
        output.append(Marker.literalEnd)
    }

    private mutating func finish() {
        switch frame.action {
        case .none: break
        case .separate: output.append(Marker.separator)
        case .breakLine: output.append(newline)
        case .breakParagraph: output.append("\n\n")
        case .finish(let rule): put(rule, from: frame.outputStart)
        }
    }

    private mutating func render(_ mark: Mark, _ index: Int) {
        switch mark.kind {
        case .newline: beginLine(mark)
        case .templateOpen: renderTemplate(mark, index)
        case .parameterOpen: renderParameter(mark, index)
        case .linkOpen: renderLink(mark, index)
        case .externalOpen:
            let label = source.pastSpaces(from: frame.bytes.lowerBound, to: frame.bytes.upperBound)
            frame.bytes = label..<frame.bytes.upperBound
            if mark.partner >= 0, Int(marks[Int(mark.partner)].start) == label { output.append(Marker.dropped) }
        case .tableOpen: renderTable(mark)
        case .variantOpen: renderVariant(mark, index)
        case .headingOpen:
            output.append("\n\n")
            output.append(Marker.heading)
            output.append(Marker.headingLevel + mark.detail)
        case .headingClose: output.append("\n\n")
        case .opaqueOpen: renderOpaque(mark)
        case .tag: renderTag(mark, index)
        case .pipe: renderPipe(mark, index)
        case .entity: renderEntity(mark)
        case .character:
            let byte = source[Int(mark.start)]
            appendLiteral(byte)
        case .quotes: output.append(contentsOf: repeatElement(Marker.quote, count: Int(mark.end - mark.start)))
        case .dropped: output.append(Marker.dropped)
        case .void, .templateClose, .parameterClose, .linkClose, .externalClose, .tableClose, .variantClose, .opaqueClose: break
        }
    }

    private mutating func beginLine(_ mark: Mark) {
        switch LineKind(rawValue: mark.detail) {
        case .item?:
            output.append(newline)
            output.append(Marker.item)
        case .term?:
            output.append(newline)
            output.append(Marker.term)
        case .rule?: output.append("\n\n")
        case .row? where !options.tables: skipRow()
        case .row?: beginRow(mark)
        default: output.append(newline)
        }
    }

    private mutating func renderPipe(_ mark: Mark, _ index: Int) {
        // Only between cells are two of them one mark.
        guard mark.end - mark.start == 2 else {
            return mark.detail == 1 || index < textEnd ? appendLiteral(UInt8(ascii: "|")) : output.append(UInt8(ascii: "|"))
        }
        partCells()
        beginCell(Int(mark.end))
    }

    /// A line of a table without the table, to its end or to that of what opens on it.
    private mutating func skipRow() {
        var end = source.next(newline, from: frame.bytes.lowerBound)
        for index in frame.marks {
            let mark = marks[index]
            guard mark.start < end else { break }
            if mark.opens, Int(mark.partner) < frame.marks.upperBound { end = max(end, Int(marks[Int(mark.partner)].end)) }
        }
        skip(to: end)
    }

    // MARK: Ways to go on

    /// Leaves out what stands up to a place.
    mutating func skip(to end: Int) {
        output.append(Marker.dropped)
        frame.bytes = min(max(end, frame.bytes.lowerBound), frame.bytes.upperBound)..<frame.bytes.upperBound
    }

    /// Goes on behind the partner of a mark.
    mutating func jump(past mark: Mark) {
        let partner = Int(mark.partner)
        frame.marks = min(max(partner + 1, frame.marks.lowerBound), frame.marks.upperBound)..<frame.marks.upperBound
        frame.bytes = min(max(Int(marks[partner].end), frame.bytes.lowerBound), frame.bytes.upperBound)..<frame.bytes.upperBound
    }

    /// Goes on inside, at a mark and the byte behind it.
    mutating func goOn(at mark: Int, byte: Int) {
        frame.marks = mark..<frame.marks.upperBound
        frame.bytes = byte..<frame.bytes.upperBound
    }

    /// Writes parts first, each as its action says, then does what `action` says, then goes on.
    mutating func enter(_ parts: some BidirectionalCollection<Frame>, then action: Action) {
        waiting.append(frame)
        waiting.append(Frame(marks: 0..<0, bytes: 0..<0, action: action, outputStart: output.count))
        for part in parts.reversed() { waiting.append(part) }
        frame = waiting.removeLast()
    }
}
