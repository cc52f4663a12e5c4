import Pipelines
import WordPiece

/// Lines of ids to text.
struct DecodingFilter: BlockFilter, ~Copyable {
    let tokenizer: WordPieceTokenizer
    let keepsSpecialTokens: Bool
    let cleansUp: Bool

    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock<[UInt8]> {
        var block = FilteredBlock(output: [UInt8]())
        for (index, range) in lineRanges(lines).enumerated() {
            let words = lines[range].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            let ids = words.map { Int32(String(decoding: $0, as: UTF8.self)) ?? -1 }
            if let bad = ids.firstIndex(where: { $0 < 0 || $0 >= tokenizer.vocabulary.count }) {
                let word = String(decoding: words[bad].prefix(20), as: UTF8.self)
                block.problems.append(LineProblem(line: line + index, reason: "'\(word)' is no id of the vocabulary, which has 0 to \(tokenizer.vocabulary.count - 1)"))
            } else {
                block.output += tokenizer.decode(ids, skipSpecialTokens: !keepsSpecialTokens, cleansUp: cleansUp).utf8
            }
            block.output.append(newline)
        }
        return block
    }

    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock<[UInt8]> {
        reject(isLast: isLast, of: line, leaving: "\n")
    }
}
