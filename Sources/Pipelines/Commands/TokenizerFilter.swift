import Files
import Kernels
import Records
import WordPiece

/// Lines in, ids out: what `limbeck tokenize` does.
public struct TokenizerFilter: Sendable {
    let tokenizer: WordPieceTokenizer
    let maximumLength: Int?
    let isBare: Bool
    let hasPairs: Bool
    let showsTypes: Bool
    let work: Work

    public init(
        vocabulary: String, maximumLength: Int?, isBare: Bool, hasPairs: Bool, showsTypes: Bool, work: Work
    ) throws(PipelinesError) {
        tokenizer = try TokenizerFolder(vocabulary).tokenizer
        (self.maximumLength, self.isBare, self.hasPairs) = (maximumLength, isBare, hasPairs)
        (self.showsTypes, self.work) = (showsTypes, work)
    }

    /// - Returns: how many lines were unusable; each left an empty line.
    public func run(_ path: String) throws(PipelinesError) -> Int {
        let isInterrupted = work.observer.isInterrupted
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in try LineReader(path, isInterrupted: isInterrupted) }
        let rejects = RejectList(path, work.printer)
        var number = 0
        while true {
            if isInterrupted() { throw .stopped }
            var lines: [[UInt8]] = []
            var size = 0
            while lines.count < 8192, size < 4 << 20,
                let line = try lift(PipelinesError.files, { () throws(FilesError) in try reader.next() })
            {
                size += line.count
                lines.append(line)
            }
            if lines.isEmpty {
                rejects.close()
                return rejects.count
            }
            let batch = lines
            let results = try Batches.map(batch.count, on: work.workers) { index throws(PipelinesError) in ids(batch[index]) }
            var output: [UInt8] = []
            for (index, result) in results.enumerated() {
                switch result {
                case .success(let text): output += text
                case .failure(let error):
                    rejects.add(line: number + index + 1, error.description)
                }
                output.append(0x0A)
            }
            number += batch.count
            let text = output
            try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
        }
    }

    private func ids(_ line: [UInt8]) -> Result<[UInt8], WordPieceError> {
        Result { () throws(WordPieceError) in
            var (ids, types): ([Int32], [UInt8])
            if isBare {
                (ids, types) = (try tokenizer.tokenize(utf8: line.span), [])
            } else if hasPairs, let tab = line.firstIndex(of: 0x09) {
                let (text, pair) = (Array(line[..<tab]), Array(line[(tab + 1)...]))
                let encoding = try tokenizer.encode(utf8: text.span, pair: pair.span, maximumLength: maximumLength)
                (ids, types) = (encoding.ids, encoding.types)
            } else {
                let encoding = try tokenizer.encode(utf8: line.span, maximumLength: maximumLength)
                (ids, types) = (encoding.ids, encoding.types)
            }
            var text: [UInt8] = []
            text.reserveCapacity(6 * ids.count)
            append(ids, to: &text)
            if showsTypes {
                text.append(0x09)
                append(types.map(Int32.init), to: &text)
            }
            return text
        }
    }

    private func append(_ numbers: [Int32], to text: inout [UInt8]) {
        for (index, number) in numbers.enumerated() {
            if index > 0 { text.append(0x20) }
            text += String(number).utf8
        }
    }
}
