import Pipelines
import WordPiece

/// Lines to objects with ids, types, offsets and words; of a long text, cut by a stride, an object for each window.
struct JSONFilter: BlockFilter, ~Copyable {
    let tokenizer: WordPieceTokenizer
    let options: TokenizerFilter.Options

    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock<[UInt8]> {
        var block = FilteredBlock(output: [UInt8]())
        for (index, range) in lineRanges(lines).enumerated() {
            let line = line + index
            guard let text = block.usable(lines.span.extracting(range), options.invalidText, line: line) else {
                block.output += Self.unusable.utf8
                continue
            }
            do throws(WordPieceError) {
                for window in try windows(text) { append(window, line: line, to: &block.output) }
            } catch {
                block.problems.append(LineProblem(line: line, reason: error.description))
                block.output += Self.unusable.utf8
            }
        }
        return block
    }

    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock<[UInt8]> {
        reject(isLast: isLast, of: line, leaving: Self.unusable)
    }

    private static let unusable = "null\n"

    private func windows(_ line: [UInt8]) throws(WordPieceError) -> [AlignedEncoding] {
        let tab = options.hasPairs ? line.firstIndex(of: UInt8(ascii: "\t")) : nil
        guard let text = try? UTF8Span(validating: line.span.extracting(0..<(tab ?? line.count))),
            let pair = try? UTF8Span(validating: line.span.extracting((tab.map { $0 + 1 } ?? line.count)..<line.count))
        else { preconditionFailure("what is no UTF-8 was replaced") }
        if options.isBare { return [AlignedEncoding(tokenizer.align(text))] }
        return try tokenizer.windows(
            text, pair: tab == nil ? nil : pair, maximumLength: options.maximumLength, truncation: options.truncation,
            stride: options.stride)
    }

    private func append(_ window: AlignedEncoding, line: Int, to text: inout [UInt8]) {
        text += "{".utf8
        if options.stride != nil { text += "\"line\":\(line),".utf8 }
        append("\"ids\":[", window.ids, to: &text) { id, text in text += "\(id)".utf8 }
        append("],\"types\":[", window.types, to: &text) { type, text in text += "\(type)".utf8 }
        append("],\"offsets\":[", window.offsets, to: &text) { bytes, text in text += "[\(bytes.lowerBound),\(bytes.upperBound)]".utf8 }
        append("],\"words\":[", window.words, to: &text) { word, text in text += (word.map { "\($0)" } ?? "null").utf8 }
        text += "]}\n".utf8
    }

    private func append<Element>(
        _ name: String, _ elements: [Element], to text: inout [UInt8], _ one: (Element, inout [UInt8]) -> Void
    ) {
        text += name.utf8
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            one(element, &text)
        }
    }
}
