import Pipelines
import Tokens
import WordPiece

/// The sequences of some lines.
struct LineSequences: Sendable {
    /// The number of each line, from 1, and its sequence.
    var sequences: [(line: Int, sequence: TokenSequence)] = []
    /// Of the lines.
    var byteCount: Int
}

/// Lines to token sequences.
struct SequenceFilter: BlockFilter, ~Copyable {
    private let encoder: SequenceEncoder
    private let options: TokenCommand.Options

    init(_ tokenizer: WordPieceTokenizer, _ options: TokenCommand.Options) {
        encoder = SequenceEncoder(tokenizer)
        self.options = options
    }

    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock<LineSequences> {
        var block = FilteredBlock(output: LineSequences(byteCount: lines.count))
        for (index, range) in lineRanges(lines).enumerated() {
            let line = line + index
            guard let text = block.usable(lines.span.extracting(range), options.invalidText, line: line) else { continue }
            do throws(WordPieceError) {
                for sequence in try sequences(text) { block.output.sequences.append((line, sequence)) }
            } catch {
                block.problems.append(LineProblem(line: line, reason: error.description))
            }
        }
        return block
    }

    private func sequences(_ line: [UInt8]) throws(WordPieceError) -> [TokenSequence] {
        let tab = options.hasPairs ? line.firstIndex(of: UInt8(ascii: "\t")) : nil
        guard let text = try? UTF8Span(validating: line.span.extracting(0..<(tab ?? line.count))),
            let pair = try? UTF8Span(validating: line.span.extracting((tab.map { $0 + 1 } ?? line.count)..<line.count))
        else { preconditionFailure("what is no UTF-8 was replaced") }
        return try encoder.sequences(
            text, pair: tab == nil ? nil : pair, maximumLength: options.maximumLength, truncation: options.truncation, stride: options.stride)
    }

    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock<LineSequences> {
        FilteredBlock(output: LineSequences(byteCount: part.count), problems: isLast ? [.tooLong(line)] : [])
    }
}
