/// How the files of a corpus hold its records.
public enum CorpusFormat: String, Sendable, CaseIterable {
    /// A record a line, columns parted by tabs. No character quotes or escapes another.
    case tsv
    /// A JSON object a line (RFC 8259); its keys are the columns.
    case jsonl
    /// A text a line; empty lines say nothing.
    case text
    /// A text of many lines, up to an empty line.
    case documents
    /// A word a line with its tag, columns parted by tabs or spaces; a sentence goes up to an empty line (CoNLL-2003).
    case conll

    /// Whether records have columns.
    public var hasColumns: Bool { self == .tsv || self == .jsonl || self == .conll }
}

/// Says how the files of a corpus are laid out.
public struct CorpusDescriptor: Sendable, Equatable {
    public var name: String
    public var format: CorpusFormat
    public var description: String?
    /// Where the data come from.
    public var source: String?
    public var licence: String?
    /// The file of each split, relative to the corpus's folder.
    public var splits: [String: String]
    public var layout: RecordLayout
    /// Splits whose files are laid out differently.
    public var overrides: [String: RecordLayout]
    /// Nil for a corpus without labels.
    public var labels: LabelKind?
    /// Values in place of a label that say there is none; such records are rejected one by one, not refused.
    public var unlabelledMarks: [String]
    /// XXH3 in 128 bits of a split's file, 32 lower-case hexadecimal digits.
    public var checksums: [String: String]

    public init(
        name: String, format: CorpusFormat = .tsv, description: String? = nil, source: String? = nil, licence: String? = nil,
        splits: [String: String], layout: RecordLayout, overrides: [String: RecordLayout] = [:],
        labels: LabelKind? = nil, unlabelledMarks: [String] = [], checksums: [String: String] = [:]
    ) {
        self.format = format
        (self.name, self.description, self.source, self.licence) = (name, description, source, licence)
        (self.splits, self.layout, self.overrides) = (splits, layout, overrides)
        (self.labels, self.unlabelledMarks, self.checksums) = (labels, unlabelledMarks, checksums)
    }

    /// How the file of a split is laid out.
    public func layout(of split: String) -> RecordLayout { overrides[split] ?? layout }

    /// Whether the label's column may be absent: a test split's often is.
    func mayLackLabels(_ split: String) -> Bool { split.hasPrefix("test") }
}

/// The columns of one file.
public struct RecordLayout: Sendable, Equatable {
    /// Whether the first line names the columns.
    public var header: Bool
    public var text: Column
    public var pair: Column?
    public var label: Column?
    public var id: Column?
    /// How many columns each line has; nil takes the first line's word for it.
    public var columnCount: Int?

    /// Of a format without columns.
    static let wholeText = RecordLayout(header: false, text: .at(0))
    /// Word and tag.
    static let taggedWord = RecordLayout(header: false, text: .at(0), label: .at(1))

    public init(
        header: Bool = true, text: Column, pair: Column? = nil, label: Column? = nil, id: Column? = nil,
        columnCount: Int? = nil
    ) {
        (self.header, self.text, self.pair, self.label, self.id) = (header, text, pair, label, id)
        self.columnCount = columnCount
    }

    /// The columns that are read, by their keys.
    var columns: [(key: String, column: Column)] {
        [("text", text), ("pair", pair), ("label", label), ("id", id)].compactMap { key, column in
            column.map { (key, $0) }
        }
    }
}

/// A column, by its name in the header or by its position.
public enum Column: Sendable, Equatable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    case named(String)
    /// Counts from 0.
    case at(Int)

    public init(stringLiteral name: String) { self = .named(name) }
    public init(integerLiteral position: Int) { self = .at(position) }

    public var description: String {
        switch self {
        case .named(let name): name
        case .at(let position): "\(position)"
        }
    }
}

/// What labels are.
public enum LabelKind: Sendable, Equatable {
    /// Names of classes; their order is that of the classes' numbers.
    case categories([String])
    /// Numbers within a range.
    case scores(ClosedRange<Float>)
    /// Types of entities, which words are tagged with.
    case entities([String])
}

extension LabelKind {
    /// The tags of words for some types of entities: O first, then B- and I- of each type.
    public static func tags(_ types: [String]) -> [String] { ["O"] + types.flatMap { ["B-" + $0, "I-" + $0] } }
}
