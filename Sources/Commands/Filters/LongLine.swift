import Pipelines
import WordPiece

/// A line that is too long to be held, in parts.
///
/// Without a maximum length its ids are written as they come; with one, no more of them are kept than may fit.
struct LongLine {
    private let writer: SequenceWriter
    private var stream: WordPieceStream
    /// How many ids there are of each text.
    private var counts = [0]
    /// What is kept of them, with a maximum length.
    private var kept: [[Int32]] = [[]]
    /// The last id, without one: what stands behind it is not known yet.
    private var held: Int32?
    private var hasBegun = false

    init(_ writer: SequenceWriter) {
        self.writer = writer
        stream = WordPieceStream(writer.tokenizer)
    }

    mutating func append(_ part: [UInt8], isLast: Bool, of line: Int, to block: inout FilteredBlock<[UInt8]>) {
        let (options, tokenizer) = (writer.options, writer.tokenizer)
        if !hasBegun, !options.isBare { write([tokenizer.classID], to: &block) }
        hasBegun = true
        var rest = part.span
        if options.hasPairs, counts.count == 1, let tab = part.firstIndex(of: UInt8(ascii: "\t")) {
            take(rest.extracting(..<tab), isLast: true, to: &block)
            write([tokenizer.separatorID], to: &block)
            counts.append(0)
            kept.append([])
            rest = rest.extracting((tab + 1)...)
        }
        take(rest, isLast: isLast, to: &block)
        guard isLast else { return }
        if stream.replacements > 0 { block.problems.append(.replaced(stream.replacements, line)) }
        if options.maximumLength == nil {
            if !options.isBare { write([tokenizer.separatorID], to: &block) }
            if let held { writer.numbers.append(held, to: &block.output) }
            NumberText.endLine(from: held == nil ? block.output.count : 0, &block.output)
            return
        }
        let second = counts.count > 1 ? counts[1] : nil
        do throws(WordPieceError) {
            let fitting = try truncatedCounts(counts[0], second, maximumLength: options.maximumLength, options.truncation)
            let (first, pair) = (Array(kept[0].prefix(fitting.0)), Array(kept.last!.prefix(fitting.1)))
            writer.append(first.span, second == nil ? nil : pair.span, to: &block.output)
        } catch {
            block.problems.append(LineProblem(line: line, reason: error.description))
            block.output.append(newline)
        }
    }

    private mutating func take(_ bytes: Span<UInt8>, isLast: Bool, to block: inout FilteredBlock<[UInt8]>) {
        var ids: [Int32] = []
        stream.append(bytes, to: &ids)
        if isLast { stream.finish(to: &ids) }
        let side = counts.count - 1
        counts[side] += ids.count
        if let length = writer.options.maximumLength {
            kept[side] += ids.prefix(max(0, length - kept[side].count))
        } else {
            write(ids, to: &block)
        }
    }

    /// Without a maximum length.
    private mutating func write(_ ids: [Int32], to block: inout FilteredBlock<[UInt8]>) {
        guard writer.options.maximumLength == nil, let last = ids.last else { return }
        if let held { writer.numbers.append(held, to: &block.output) }
        writer.numbers.append(ids.span.extracting(0..<ids.count - 1), to: &block.output)
        held = last
    }
}
