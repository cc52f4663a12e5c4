extension Renderer {
    mutating func renderLink(_ mark: Mark, _ index: Int) {
        var start = Int(mark.end)
        let isShown = start < source.count && source[start] == UInt8(ascii: ":")
        if isShown { start += 1 }
        let prefix = site.namespaceAndEnd(of: source, from: start)
        let isDropped = !isShown && (prefix.map { $0.namespace == .file || $0.namespace == .category || $0.namespace == .language } ?? false)
        guard mark.partner >= 0, Int(mark.partner) <= frame.marks.upperBound else {
            return isDropped ? skipUnclosed(mark) : renderUnclosedLink(start)
        }
        if isDropped {
            if prefix?.namespace == .file, options.captions { return renderCaption(mark, index) }
            output.append(Marker.dropped)
            return jump(past: mark)
        }
        let close = Int(mark.partner)
        if let pipe = firstPipe(after: index, before: close), source.trimmed(Int(marks[pipe].end)..<Int(marks[close].start)).isEmpty == false {
            textEnd = max(textEnd, close)
            goOn(at: pipe + 1, byte: Int(marks[pipe].end))
            if isShown { showNamespace(from: Int(marks[pipe].end)) }
            return
        }
        // The target shows, without the sign and the project before it.
        if let prefix, prefix.namespace == .project || prefix.namespace == .language { start = prefix.end }
        goOn(at: index + 1, byte: start)
        if isShown { showNamespace(from: start) }
        start = frame.bytes.lowerBound
        if let pipe = firstPipe(after: index, before: close) {
            let target = Frame(marks: index + 1..<pipe, bytes: start..<Int(marks[pipe].start))
            jump(past: mark)
            enter([target], then: .none)
        }
    }

    /// The name of a namespace that the page wants to show, if one stands there.
    private mutating func showNamespace(from start: Int) {
        guard let prefix = site.namespaceAndEnd(of: source, from: start) else { return }
        output.append(Marker.literalStart)
        output.append(source.extracting(start..<prefix.end))
        output.append(Marker.literalEnd)
        frame.bytes = prefix.end..<frame.bytes.upperBound
    }

    /// Its text shows, without the brackets and without a target before a pipe.
    private mutating func renderUnclosedLink(_ start: Int) {
        let isTarget = frame.marks.first.map { marks[$0].kind == .pipe } ?? false
        if isTarget, let pipe = frame.marks.first {
            goOn(at: pipe + 1, byte: Int(marks[pipe].end))
        } else {
            goOn(at: frame.marks.lowerBound, byte: start)
        }
        // Further pipes of its paragraph are text, as all of it is to MediaWiki.
        guard textEnd <= frame.marks.lowerBound else { return }
        textEnd = frame.marks.first { marks[$0].kind == .newline && marks[$0].detail == LineKind.blank.rawValue } ?? frame.marks.upperBound
    }

    /// The first pipe that belongs to the construct that a mark opens.
    func firstPipe(after open: Int, before close: Int) -> Int? {
        var index = open + 1
        while index < close {
            if marks[index].kind == .pipe { return index }
            index = marks[index].opens ? Int(marks[index].partner) + 1 : index + 1
        }
        return nil
    }

    /// What a picture shows: the last part that is not an option.
    private mutating func renderCaption(_ mark: Mark, _ index: Int) {
        split(from: index, to: Int(mark.partner))
        let caption = arguments.dropFirst().last { !isFileOption($0.wholeBytes) }
        jump(past: mark)
        guard let caption else { return output.append(Marker.dropped) }
        output.append("\n\n")
        enter([Frame(marks: caption.wholeMarks, bytes: caption.wholeBytes)], then: .breakParagraph)
    }

    private func isFileOption(_ bytes: Range<Int>) -> Bool {
        let text = source.trimmed(bytes)
        guard !text.isEmpty else { return true }
        if text.count < 48, fileOptions.contains(NameKey(source, text)) { return true }
        // A size in pixels, or a name and its value.
        var digits = text.lowerBound
        while digits < text.upperBound, isDigit(source[digits]) || source[digits] == UInt8(ascii: "x") { digits += 1 }
        if digits > text.lowerBound, NameKey(source, digits..<text.upperBound).isPixels { return true }
        let equals = source.extracting(text).next(UInt8(ascii: "="), from: 0)
        return equals < text.count && equals < 24 && fileSettings.contains(NameKey(source, source.trimmed(text.lowerBound..<text.lowerBound + equals)))
    }

    // MARK: Variants of a language

    /// `-{text}-`, `-{zh-hans:a;zh-hant:b}-`, and definitions that do not show.
    mutating func renderVariant(_ mark: Mark, _ index: Int) {
        guard mark.partner >= 0 else { return }
        var start = Int(mark.end)
        let close = Int(mark.partner)
        let end = Int(marks[close].start)
        var flags: Range<Int>?
        let bar = source.extracting(start..<min(end, start + 16)).next(UInt8(ascii: "|"), from: 0)
        if start + bar < min(end, start + 16) {
            flags = start..<start + bar
            start += bar + 1
        }
        if let flags, flags.contains(where: { "HATD-".utf8.contains(source[$0]) }) {
            output.append(Marker.dropped)
            return jump(past: mark)
        }
        let shown = chosenVariant(start..<end)
        let first = marks[index + 1..<close].firstIndex { $0.start >= shown.lowerBound } ?? close
        let last = marks[first..<close].firstIndex { $0.start >= shown.upperBound } ?? close
        jump(past: mark)
        enter([Frame(marks: first..<last, bytes: shown)], then: .none)
    }

    private func chosenVariant(_ bytes: Range<Int>) -> Range<Int> {
        var best: (rank: Int, text: Range<Int>)?
        var at = bytes.lowerBound
        while at < bytes.upperBound {
            let end = min(source.extracting(at..<bytes.upperBound).next(UInt8(ascii: ";"), from: 0) + at, bytes.upperBound)
            let colon = source.extracting(at..<end).next(UInt8(ascii: ":"), from: 0) + at
            if colon < end {
                let name = NameKey(source, source.trimmed(at..<colon))
                let rank = options.variants.firstIndex { NameKey($0.utf8) == name } ?? options.variants.count
                if best.map({ rank < $0.rank }) ?? true { best = (rank, source.trimmed(colon + 1..<end)) }
            } else if best == nil, end == bytes.upperBound, at == bytes.lowerBound {
                return bytes
            }
            at = end + 1
        }
        return best?.text ?? bytes
    }
}

extension NameKey {
    fileprivate var isPixels: Bool { pixelNames.contains(self) }
}
