/// A part of a template or a link between its pipes.
struct TemplateArgument {
    /// Without white space around it; nil for one that goes by its number.
    var name: Range<Int>?
    var marks: Range<Int>
    var bytes: Range<Int>
    /// Together with its name.
    var wholeMarks: Range<Int>
    var wholeBytes: Range<Int>
}

extension Renderer {
    /// Finds the arguments between two marks; the first is the template's name, or the link's target.
    mutating func split(from open: Int, to close: Int) {
        arguments.removeAll(keepingCapacity: true)
        var first = open + 1
        var start = Int(marks[open].end)
        var index = first
        while index <= close {
            let mark = marks[index]
            if index == close || mark.kind == .pipe {
                append(first..<index, start..<Int(mark.start))
                first = index + 1
                start = Int(mark.end)
            }
            index = index < close && mark.opens ? Int(mark.partner) + 1 : index + 1
        }
    }

    private mutating func append(_ marks: Range<Int>, _ bytes: Range<Int>) {
        var argument = TemplateArgument(marks: marks, bytes: bytes, wholeMarks: marks, wholeBytes: bytes)
        if !arguments.isEmpty, let (equals, mark) = equals(marks, bytes) {
            argument.name = source.trimmed(bytes.lowerBound..<equals)
            argument.bytes = equals + 1..<bytes.upperBound
            argument.marks = mark..<marks.upperBound
        }
        arguments.append(argument)
    }

    /// The first `=` that is plain text, and the first mark behind it.
    private func equals(_ range: Range<Int>, _ bytes: Range<Int>) -> (equals: Int, mark: Int)? {
        var at = bytes.lowerBound
        var index = range.lowerBound
        while true {
            let end = index < range.upperBound ? max(at, Int(marks[index].start)) : bytes.upperBound
            let equals = source.extracting(at..<end).next(UInt8(ascii: "="), from: 0) + at
            if equals < end { return (equals, index) }
            guard index < range.upperBound else { return nil }
            if marks[index].opens {
                let partner = Int(marks[index].partner)
                at = Int(marks[partner].end)
                index = partner + 1
            } else {
                at = max(at, Int(marks[index].end))
                index += 1
            }
        }
    }

    /// The argument of a number from 1, also where that is its name.
    func positional(_ number: Int) -> TemplateArgument? {
        var count = 0
        var found: TemplateArgument?
        for argument in arguments.dropFirst() {
            if let name = argument.name {
                if name.count == 1, source[name.lowerBound] == UInt8(ascii: "0") + UInt8(number) { found = argument }
            } else {
                count += 1
                if count == number { found = argument }
            }
        }
        return found
    }

    func named(_ names: Set<NameKey>) -> TemplateArgument? {
        arguments.dropFirst().first { argument in
            guard let name = argument.name, name.count < 32 else { return false }
            return names.contains(NameKey(source, name)) && !source.trimmed(argument.bytes).isEmpty
        }
    }

    var unnamed: [TemplateArgument] { arguments.dropFirst().filter { $0.name == nil } }
}
