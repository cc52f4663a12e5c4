extension Renderer {
    mutating func renderTemplate(_ mark: Mark, _ index: Int) {
        guard mark.partner >= 0, Int(mark.partner) <= frame.marks.upperBound else { return skipUnclosed(mark) }
        let close = Int(mark.partner)
        let nameEnd = index + 1 <= close ? Int(marks[index + 1].start) : Int(mark.end)
        let name = Int(mark.end)..<max(nameEnd, Int(mark.end))
        guard let call = site.templates.call(source, name), call.rule != .drop, isWhole(call, nameEndsAt: index + 1, close) else {
            output.append(Marker.dropped)
            return jump(past: mark)
        }
        switch call.rule {
        case .text(let text):
            output.append(Marker.literalStart)
            output.append(contentsOf: text.utf8)
            output.append(Marker.literalEnd)
            return jump(past: mark)
        case .pageName:
            output.append(contentsOf: title)
            return jump(past: mark)
        case .disambiguation:
            isDisambiguation = true
            output.append(Marker.dropped)
            return jump(past: mark)
        default: break
        }
        split(from: index, to: close)
        if let start = call.argumentStart {
            // What stands behind the colon of a function is its first argument.
            arguments[0].bytes = start..<arguments[0].bytes.upperBound
            arguments.insert(TemplateArgument(marks: 0..<0, bytes: 0..<0, wholeMarks: 0..<0, wholeBytes: 0..<0), at: 0)
        }
        let (parts, action) = parts(of: call.rule)
        jump(past: mark)
        guard !parts.isEmpty else { return output.append(Marker.dropped) }
        if case .block = call.rule { output.append("\n\n") }
        if case .lines = call.rule, source[parts[0].bytes.lowerBound] != newline { output.append(newline) }
        enter(parts, then: action)
    }

    /// Whether nothing but text, a pipe or the end follows a name; the names of functions end at their colons.
    private func isWhole(_ call: TemplateCall, nameEndsAt index: Int, _ close: Int) -> Bool {
        call.argumentStart != nil || index == close || marks[index].kind == .pipe
            || (marks[index].kind == .newline && firstPipe(after: index - 1, before: close).map { onlyLines(index..<$0) } ?? onlyLines(index..<close))
    }

    private func onlyLines(_ range: Range<Int>) -> Bool { range.allSatisfy { marks[$0].kind == .newline } }

    /// An opening without an end: what is likely its arguments goes, up to a blank line or a heading.
    mutating func skipUnclosed(_ mark: Mark) {
        var end = source.paragraphEnd(from: Int(mark.end))
        for index in frame.marks where Int(marks[index].start) >= end || marks[index].kind == .headingOpen {
            end = min(end, Int(marks[index].start))
            break
        }
        skip(to: end)
        // No pipe belongs to it from here on; those of its heading's section were taken for its own.
        if textEnd <= frame.marks.lowerBound { textEnd = frame.marks.first { marks[$0].kind == .headingOpen } ?? frame.marks.upperBound }
    }

    /// The default of a parameter.
    mutating func renderParameter(_ mark: Mark, _ index: Int) {
        guard mark.partner >= 0 else { return }
        let close = Int(mark.partner)
        guard let pipe = firstPipe(after: index, before: close) else {
            output.append(Marker.dropped)
            return jump(past: mark)
        }
        let text = Frame(marks: pipe + 1..<close, bytes: Int(marks[pipe].end)..<Int(marks[close].start))
        jump(past: mark)
        enter([text], then: .none)
    }

    /// The arguments that a rule needs, and what is to be done with them.
    private func parts(of rule: TemplateRule) -> (parts: [Frame], action: Action) {
        func frame(_ argument: TemplateArgument, _ action: Action = .none) -> Frame {
            Frame(marks: argument.marks, bytes: shown(argument.bytes), action: action)
        }
        func all(_ arguments: [TemplateArgument]) -> ([Frame], Action) {
            (arguments.map { frame($0, .separate) }, .finish(rule))
        }
        switch rule {
        case .show(let number): return ((positional(number) ?? named(textNames)).map { [frame($0)] } ?? [], .none)
        case .block(let number): return ((named(textNames) ?? positional(number)).map { [frame($0)] } ?? [], .breakParagraph)
        case .last: return ((unnamed.last { !source.trimmed($0.bytes).isEmpty } ?? named(textNames)).map { [frame($0)] } ?? [], .none)
        case .lines: return (unnamed.map { frame($0, .breakLine) }, .none)
        case .interlanguage: return ((named(labelNames) ?? positional(1)).map { [frame($0)] } ?? [], .none)
        case .value:
            let unit = named(unitNames).map { [frame($0, .separate)] } ?? []
            return (unnamed.prefix(1).map { frame($0, .separate) } + unit, .finish(rule))
        case .prefixed, .suffixed, .number, .asOf: return all(unnamed.prefix(3).map { $0 })
        default: return all(unnamed)
        }
    }

    /// Without white space around it, but with the line end that a list needs to begin.
    private func shown(_ bytes: Range<Int>) -> Range<Int> {
        let text = source.trimmed(bytes)
        guard !text.isEmpty, text.lowerBound > bytes.lowerBound, "*#:;".utf8.contains(source[text.lowerBound]) else { return text }
        return source[text.lowerBound - 1] == newline ? text.lowerBound - 1..<text.upperBound : text
    }

    /// Puts together what the arguments of a template say, in the place of what they are.
    mutating func put(_ rule: TemplateRule, from start: Int) {
        let parts = output[start...].split(separator: Marker.separator, omittingEmptySubsequences: false).dropLast().map { Array($0) }
        guard !parts.isEmpty else { return output.append(Marker.dropped) }
        output.removeSubrange(start...)
        output.append(contentsOf: composed(rule, parts, language: site.language))
    }
}
