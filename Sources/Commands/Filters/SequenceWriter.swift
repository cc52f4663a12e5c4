import Pipelines
import WordPiece

/// Writes the ids of a text or a pair as a line, with types where they are wanted.
struct SequenceWriter: Sendable {
    let tokenizer: WordPieceTokenizer
    let options: TokenizerFilter.Options
    let numbers: NumberText

    init(_ tokenizer: WordPieceTokenizer, _ options: TokenizerFilter.Options) {
        (self.tokenizer, self.options) = (tokenizer, options)
        numbers = NumberText(bound: tokenizer.vocabulary.count)
    }

    func append(_ first: Span<Int32>, _ second: Span<Int32>?, to text: inout [UInt8]) {
        let start = text.count
        if !options.isBare { numbers.append(tokenizer.classID, to: &text) }
        numbers.append(first, to: &text)
        if !options.isBare { numbers.append(tokenizer.separatorID, to: &text) }
        if let second {
            numbers.append(second, to: &text)
            if !options.isBare { numbers.append(tokenizer.separatorID, to: &text) }
        }
        if options.showsTypes {
            text[text.count - 1] = UInt8(ascii: "\t")
            for _ in 0..<first.count + 2 { text += [UInt8(ascii: "0"), UInt8(ascii: " ")] }
            if let second { for _ in 0..<second.count + 1 { text += [UInt8(ascii: "1"), UInt8(ascii: " ")] } }
        }
        NumberText.endLine(from: start, &text)
    }
}
