extension Renderer {
    mutating func renderTag(_ mark: Mark, _ index: Int) {
        guard let tag = Tag(rawValue: mark.detail >> 1) else { return }
        let isClose = mark.detail & 1 == 1
        switch tag {
        case .table where !isClose && !options.tables && mark.partner >= 0 && Int(mark.partner) < frame.marks.upperBound:
            output.append("\n\n")
            jump(past: mark)
        case .rt, .rp, .rtc: if !isClose { skipReading() }
        case .nowiki: break
        case _ where tag.isOpaque: output.append(Marker.dropped)
        default:
            switch tag.flow {
            case .inline: break
            case .space: output.append(0x20)
            case .line: output.append(newline)
            case .block: output.append("\n\n")
            }
        }
    }

    /// How characters are read, up to the next part of the ruby.
    private mutating func skipReading() {
        for index in frame.marks {
            let mark = marks[index]
            if mark.kind == .newline { return }
            if mark.kind == .tag, [.rt, .rp, .rb, .rtc, .ruby].contains(Tag(rawValue: mark.detail >> 1)) {
                let isEnd = mark.detail & 1 == 1
                return goOn(at: isEnd ? index + 1 : index, byte: Int(isEnd ? mark.end : mark.start))
            }
        }
    }

    /// An extension's content.
    mutating func renderOpaque(_ mark: Mark) {
        let content = Int(mark.end)..<Int(marks[Int(mark.partner)].start)
        switch Tag(rawValue: mark.detail) {
        case .nowiki?: appendLiteral(content)
        case .pre? where options.code, .syntaxhighlight? where options.code, .source? where options.code:
            output.append("\n\n")
            appendLiteral(content)
            output.append("\n\n")
        case .math? where options.math, .chem? where options.math, .ce? where options.math: appendLiteral(source.trimmed(content))
        case .math?: appendSymbol(source.trimmed(content)) { isLetter($0) || isDigit($0) }
        case .chem?, .ce?: appendSymbol(source.trimmed(content), upTo: 16) { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "(") || $0 == UInt8(ascii: ")") }
        default: output.append(Marker.dropped)
        }
        jump(past: mark)
    }

    /// A formula that is text as it stands; others are left out.
    private mutating func appendSymbol(_ content: Range<Int>, upTo longest: Int = 1, _ isText: (UInt8) -> Bool) {
        if content.count >= 1, content.count <= longest, content.allSatisfy({ isText(source[$0]) }) {
            output.append(source.extracting(content))
        } else if let letter = greekLetter(source.extracting(content)) {
            output.append(contentsOf: letter.utf8)
        } else {
            output.append(Marker.dropped)
        }
    }

    private mutating func appendLiteral(_ content: Range<Int>) {
        output.append(Marker.literalStart)
        var at = content.lowerBound
        while at < content.upperBound {
            let end = min(source.next(UInt8(ascii: "&"), from: at), content.upperBound)
            output.append(source.extracting(at..<end))
            at = end
            guard at < content.upperBound else { break }
            if let entity = Entity(source.extracting(0..<content.upperBound), at: at) {
                entity.append(to: &output)
                at += entity.length
            } else {
                output.append(source[at])
                at += 1
            }
        }
        output.append(Marker.literalEnd)
    }

    mutating func renderEntity(_ mark: Mark) {
        guard let entity = Entity(source, at: Int(mark.start)) else { return }
        guard entity.looksLikeMarkup else { return entity.append(to: &output) }
        output.append(Marker.literalStart)
        entity.append(to: &output)
        output.append(Marker.literalEnd)
    }
}
