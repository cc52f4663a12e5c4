/// Puts tidied lines together: paragraphs, headings of sections that have text, items.
struct TextAssembler {
    private(set) var text: [UInt8] = []
    private(set) var literals: [Range<Int>] = []
    private var tidier = LineTidier()
    /// Headings whose sections have no text so far.
    private var headings: [(level: UInt8, text: [UInt8])] = []
    private var isNewParagraph = false

    init(reusing text: consuming [UInt8]) {
        self.text = text
        self.text.removeAll(keepingCapacity: true)
    }

    mutating func assemble(_ rendered: Span<UInt8>) {
        var at = 0
        while at <= rendered.count {
            let end = rendered.next(newline, from: at)
            add(rendered.extracting(at..<end))
            at = end + 1
        }
    }

    private mutating func add(_ line: Span<UInt8>) {
        guard let first = line.firstVisible else {
            isNewParagraph = true
            return
        }
        if line[first] == Marker.heading, first + 1 < line.count {
            tidier.tidy(line.extracting((first + 2)...), isTerm: false)
            return addHeading(line[first + 1])
        }
        let isTerm = line[first] == Marker.term
        tidier.tidy(line, isTerm: isTerm)
        guard !tidier.line.isEmpty else { return }
        if !headings.isEmpty {
            for heading in headings { append(heading.text, isParagraph: true) }
            headings.removeAll(keepingCapacity: true)
            isNewParagraph = true
        }
        let start = append(tidier.line, isParagraph: isNewParagraph)
        for literal in tidier.literals { literals.append(literal.lowerBound + start..<literal.upperBound + start) }
        isNewParagraph = false
    }

    private mutating func addHeading(_ level: UInt8) {
        while let last = headings.last, last.level >= level { headings.removeLast() }
        isNewParagraph = true
        if !tidier.line.isEmpty { headings.append((level, tidier.line)) }
    }

    @discardableResult
    private mutating func append(_ line: [UInt8], isParagraph: Bool) -> Int {
        if !text.isEmpty { text.append(isParagraph ? "\n\n" : "\n") }
        text.append(contentsOf: line)
        return text.count - line.count
    }
}

extension Span<UInt8> {
    /// The first byte that is not white space.
    fileprivate var firstVisible: Int? {
        for index in indices where !isWhite(self[index]) { return index }
        return nil
    }
}
