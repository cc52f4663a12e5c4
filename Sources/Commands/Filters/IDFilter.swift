import Pipelines
import WordPiece

/// Lines to ids as text.
struct IDFilter: BlockFilter, ~Copyable {
    private let options: TokenizerFilter.Options
    private let writer: SequenceWriter
    private var encoder: WordPieceEncoder
    private var ids: [Int32] = []
    private var ends: [Int] = []
    private var longLine: LongLine?

    init(_ writer: SequenceWriter) {
        encoder = WordPieceEncoder(writer.tokenizer)
        (options, self.writer) = (writer.options, writer)
    }

    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock<[UInt8]> {
        var block = FilteredBlock(output: [UInt8]())
        ids.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        if !options.hasPairs, let text = try? UTF8Span(validating: lines.span) {
            encoder.append(lines: text, to: &ids, ends: &ends)
            for index in ends.indices {
                append((index > 0 ? ends[index - 1] : 0)..<ends[index], nil, line: line + index, to: &block)
            }
            return block
        }
        for (index, range) in lineRanges(lines).enumerated() {
            ids.removeAll(keepingCapacity: true)
            guard let text = block.usable(lines.span.extracting(range), options.invalidText, line: line + index) else {
                block.output.append(newline)
                continue
            }
            guard options.hasPairs, let tab = text.firstIndex(of: UInt8(ascii: "\t")) else {
                encode(text.span)
                append(0..<ids.count, nil, line: line + index, to: &block)
                continue
            }
            encode(text.span.extracting(..<tab))
            let count = ids.count
            encode(text.span.extracting((tab + 1)...))
            append(0..<count, count..<ids.count, line: line + index, to: &block)
        }
        return block
    }

    private mutating func encode(_ text: Span<UInt8>) {
        guard let text = try? UTF8Span(validating: text) else { preconditionFailure("what is no UTF-8 was replaced") }
        encoder.append(text, to: &ids)
    }

    /// Appends a line of a text, or of a pair.
    private func append(_ first: Range<Int>, _ second: Range<Int>?, line: Int, to block: inout FilteredBlock<[UInt8]>) {
        do throws(WordPieceError) {
            let counts = try truncatedCounts(first.count, second?.count, maximumLength: options.maximumLength, options.truncation)
            writer.append(
                ids.span.extracting(first.prefix(counts.0)), second == nil ? nil : ids.span.extracting(second!.prefix(counts.1)),
                to: &block.output)
        } catch {
            block.problems.append(LineProblem(line: line, reason: error.description))
            block.output.append(newline)
        }
    }

    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock<[UInt8]> {
        guard options.canStream else { return reject(isLast: isLast, of: line, leaving: "\n") }
        if longLine == nil { longLine = LongLine(writer) }
        var block = FilteredBlock(output: [UInt8]())
        longLine!.append(part, isLast: isLast, of: line, to: &block)
        if isLast { longLine = nil }
        return block
    }
}
