/// Makes records of a file's lines, whatever its format.
struct LineRecords {
    private let descriptor: CorpusDescriptor
    private let split: String
    private let path: String
    private let readsLabels: Bool
    private var state: State
    private var lines = 0

    private enum State {
        /// Before the first line.
        case table
        case columns(TabRecords, Fields, Progress)
        case objects(ObjectRecords)
        case lines
        case document([UInt8], line: Int)
        case sentence(SentenceRecords)
    }

    /// Of a table.
    private struct Progress {
        var firstCount: Int
        var examples = 0
    }

    /// A document is cut at the end of a line where it gets longer, in bytes.
    static let longestDocument = 1 << 24

    init(_ descriptor: CorpusDescriptor, split: String, path: String, readsLabels: Bool) {
        (self.descriptor, self.split, self.path, self.readsLabels) = (descriptor, split, path, readsLabels)
        state =
            switch descriptor.format {
            case .tsv: .table
            case .jsonl: .objects(ObjectRecords(descriptor, split: split, path: path, readsLabels: readsLabels))
            case .text: .lines
            case .documents: .document([], line: 0)
            case .conll: .sentence(SentenceRecords(descriptor, split: split, path: path, readsLabels: readsLabels))
            }
    }

    /// The record that ends with a line, if one does.
    mutating func record(_ text: UTF8Span, line: Int) throws(CorporaError) -> Record? {
        lines = line
        let bytes = text.span
        switch state {
        case .table:
            var fields = Fields()
            fields.split(bytes)
            let header = descriptor.layout(of: split).header ? fields.texts(of: bytes) : nil
            let records = try TabRecords(
                descriptor, split: split, header: header, width: fields.count, path: path, readsLabels: readsLabels)
            state = .columns(records, fields, Progress(firstCount: fields.count))
            return header == nil ? try record(text, line: line) : nil
        case .columns(let records, var fields, var progress):
            // The state's own storage would be copied.
            state = .lines
            fields.split(bytes)
            let record = try record(bytes, line) { () throws(RecordProblem) in try records.example(bytes, fields, line: line) }
            if case .example = record { progress.examples += 1 }
            state = .columns(records, fields, progress)
            return record
        case .objects(let records):
            return try record(bytes, line) { () throws(RecordProblem) in try records.example(bytes, number: line) }
        case .sentence(var sentence):
            state = .lines
            defer { state = .sentence(sentence) }
            return try sentence.add(String(copying: text), line: line)
        case .lines: return bytes.isEmpty ? nil : .example(Example(text: String(copying: text), line: line))
        case .document(var document, let start):
            state = .lines
            var result: Record?
            if bytes.isEmpty || document.count + 1 + bytes.count > Self.longestDocument {
                result = Self.example(document, start)
                document.removeAll(keepingCapacity: true)
            }
            let first = document.isEmpty ? line : start
            if !bytes.isEmpty {
                if !document.isEmpty { document.append(UInt8(ascii: "\n")) }
                unsafe bytes.withUnsafeBufferPointer { unsafe document.append(contentsOf: $0) }
            }
            state = .document(document, line: first)
            return result
        }
    }

    /// The record that ends with the file, if one does.
    ///
    /// - Throws: where the file can't be what its descriptor says.
    func end() throws(CorporaError) -> Record? {
        guard lines > 0 else { throw .emptyFile(path: path) }
        switch state {
        case .columns(let records, _, let progress):
            // Not one line as wide as the descriptor says: another file, or another separator.
            if !descriptor.layout(of: split).header, progress.examples == 0, progress.firstCount != records.width {
                throw .wrongColumnCount(path: path, line: 1, expected: records.width, found: progress.firstCount)
            }
            return nil
        case .document(let document, let start): return Self.example(document, start)
        case .sentence(var sentence): return sentence.end()
        default: return nil
        }
    }

    private static func example(_ document: [UInt8], _ line: Int) -> Record? {
        document.isEmpty ? nil : .example(Example(text: String(decoding: document, as: UTF8.self), line: line))
    }

    private func record(
        _ bytes: Span<UInt8>, _ line: Int, _ example: () throws(RecordProblem) -> Example
    ) throws(CorporaError) -> Record {
        do {
            return .example(try example())
        } catch {
            switch error {
            case .fatal(let error): throw error
            case .unusable(let reason): return .reject(Reject(line: line, reason: reason, excerpt: excerpt(bytes)))
            }
        }
    }
}

/// At most 80 characters of a line.
private func excerpt(_ line: Span<UInt8>) -> String { excerpt(String(validUTF8: line.extracting(first: min(line.count, 400)))) }

func excerpt(_ text: String) -> String { text.count > 80 ? text.prefix(79) + "…" : text }
