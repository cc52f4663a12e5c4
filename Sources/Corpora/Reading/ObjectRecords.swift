import FoundationEssentials

/// Makes examples of lines that hold a JSON object each.
struct ObjectRecords {
    private let layout: RecordLayout
    private let labels: LabelReader
    private let decoder = JSONDecoder()

    init(_ descriptor: CorpusDescriptor, split: String, path: String, readsLabels: Bool) {
        var layout = descriptor.layout(of: split)
        if !readsLabels { layout.label = nil }
        self.layout = layout
        labels = LabelReader(descriptor, split: split, path: path)
    }

    func example(_ line: Span<UInt8>, number: Int) throws(RecordProblem) -> Example {
        let object: [String: Value]
        do {
            object = try decoder.decode([String: Value].self, from: unsafe line.withUnsafeBufferPointer { unsafe Data($0) })
        } catch {
            throw .unusable("it is no JSON object")
        }
        func field(_ column: Column?, isOptional: Bool = false) throws(RecordProblem) -> String? {
            guard case .named(let name)? = column else { return nil }
            switch object[name] {
            case .text(let text)?: return text
            case nil, .null?:
                if isOptional { return nil }
                throw .unusable("'\(name)' is missing")
            case .nested?: throw .unusable("'\(name)' is no text")
            }
        }
        guard let text = try field(layout.text) else { throw .unusable("no column is named") }
        return Example(
            text: text, pair: try field(layout.pair),
            label: try labels.label(field(layout.label, isOptional: labels.mayBeMissing), line: number), id: try field(layout.id), line: number)
    }
}

/// What stands under a key; numbers and truth values are as good as their names, for labels and indices.
private enum Value: Decodable {
    case text(String)
    case null
    case nested

    init(from decoder: any Decoder) throws {
        guard let container = try? decoder.singleValueContainer() else {
            self = .nested
            return
        }
        if container.decodeNil() {
            self = .null
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let value = try? container.decode(Bool.self) {
            self = .text(value ? "true" : "false")
        } else if let number = try? container.decode(Int.self) {
            self = .text("\(number)")
        } else if let number = try? container.decode(Double.self) {
            self = .text("\(number)")
        } else {
            self = .nested
        }
    }
}
