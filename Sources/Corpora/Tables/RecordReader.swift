/// Makes examples of lines once the columns' positions are known.
struct RecordReader {
    /// How many fields each line has.
    let width: Int
    private let text: Int
    private let pair, label, id: Int?
    private let labels: LabelKind?
    private let names: Set<String>
    private let marks: Set<String>
    private let path: String
    /// Whether a record without its label can be used: one that is to be predicted.
    private let mayLackLabels: Bool

    /// A problem of one line, or of the file.
    enum Problem: Error {
        case unusable(String)
        case fatal(CorporaError)
    }

    /// - Parameters:
    ///   - header: the fields of the header; nil where there is none.
    ///   - width: how many fields the first line has.
    init(
        _ descriptor: TableDescriptor, split: String, header: [String]?, width: Int, path: String, readsLabels: Bool = true
    ) throws(CorporaError) {
        var layout = descriptor.layout(of: split)
        if !readsLabels { layout.label = nil }
        if header != nil, let expected = layout.columnCount, width != expected {
            throw .wrongColumnCount(path: path, line: 1, expected: expected, found: width)
        }
        self.width = layout.columnCount ?? width
        let finder = ColumnFinder(header: header.map { $0.map(trimmed) }, width: self.width, path: path)
        mayLackLabels = descriptor.mayLackLabels(split)
        try finder.check(layout, labelIsOptional: mayLackLabels)
        text = try finder.position(layout.text) ?? 0
        pair = try finder.position(layout.pair)
        label = try finder.position(layout.label)
        id = try finder.position(layout.id)
        labels = descriptor.labels
        if case .categories(let names) = descriptor.labels { self.names = Set(names) } else { names = [] }
        marks = Set(descriptor.unlabelledMarks)
        self.path = path
    }

    func example(_ bytes: Span<UInt8>, _ fields: Fields, line: Int) throws(Problem) -> Example {
        guard fields.count == width else {
            throw .unusable(bytes.isEmpty ? "the line is empty" : "\(width) columns are asked for, \(fields.count) found")
        }
        func field(_ position: Int?) -> String? { position.map { fields.text($0, of: bytes) } }
        return Example(
            text: fields.text(text, of: bytes), pair: field(pair), label: try label(field(label), line: line),
            id: field(id).map(trimmed), line: line)
    }

    private func label(_ field: String?, line: Int) throws(Problem) -> RawLabel? {
        guard let field, let labels else { return nil }
        let value = trimmed(field)
        if mayLackLabels, value.isEmpty || marks.contains(value) { return nil }
        if value.isEmpty { throw .unusable("the label is empty") }
        if marks.contains(value) { throw .unusable("'\(value)' in place of a label says that there is none") }
        switch labels {
        case .categories(let allowed):
            guard names.contains(value) else {
                throw .fatal(.unknownLabel(path: path, line: line, label: value, labels: allowed))
            }
            return .category(value)
        case .scores(let range):
            guard let score = Float(value), score.isFinite else { throw .unusable("score '\(value)' is not a number") }
            guard range.contains(score) else {
                throw .unusable("score '\(value)' is outside \(range.lowerBound)...\(range.upperBound)")
            }
            return .score(score)
        }
    }
}

/// Finds the columns of a layout in a header, or by their positions.
private struct ColumnFinder {
    let header: [String]?
    let width: Int
    let path: String

    /// - Throws: where a column is missing or ambiguous.
    func check(_ layout: TableLayout, labelIsOptional: Bool) throws(CorporaError) {
        var missing: [String] = []
        for (key, column) in layout.columns where try position(column) == nil {
            if key != "label" || !labelIsOptional { missing.append(column.description) }
        }
        guard !missing.isEmpty else { return }
        guard let header else {
            let expected = layout.columns.map { if case .at(let position) = $0.column { position + 1 } else { 1 } }.max()
            throw .wrongColumnCount(path: path, line: 1, expected: expected ?? 1, found: width)
        }
        throw .missingColumns(
            path: path, missing: missing, expected: layout.columns.map(\.column.description), found: header)
    }

    func position(_ column: Column?) throws(CorporaError) -> Int? {
        switch column {
        case nil: return nil
        case .at(let position): return position < width ? position : nil
        case .named(let name):
            guard let header, let first = header.firstIndex(of: name) else { return nil }
            guard header.lastIndex(of: name) == first else {
                throw .ambiguousColumn(path: path, column: name, found: header)
            }
            return first
        }
    }
}
