/// Makes examples of lines with tabs once the columns' positions are known.
struct TabRecords {
    /// How many fields each line has.
    let width: Int
    private let text: Int
    private let pair, label, id: Int?
    private let labels: LabelReader

    /// - Parameters:
    ///   - header: the fields of the header; nil where there is none.
    ///   - width: how many fields the first line has.
    init(
        _ descriptor: CorpusDescriptor, split: String, header: [String]?, width: Int, path: String, readsLabels: Bool = true
    ) throws(CorporaError) {
        var layout = descriptor.layout(of: split)
        if !readsLabels { layout.label = nil }
        if header != nil, let expected = layout.columnCount, width != expected {
            throw .wrongColumnCount(path: path, line: 1, expected: expected, found: width)
        }
        self.width = layout.columnCount ?? width
        let finder = ColumnFinder(header: header.map { $0.map(trimmed) }, width: self.width, path: path)
        labels = LabelReader(descriptor, split: split, path: path)
        try finder.check(layout, labelIsOptional: labels.mayBeMissing)
        text = try finder.position(layout.text) ?? 0
        pair = try finder.position(layout.pair)
        label = try finder.position(layout.label)
        id = try finder.position(layout.id)
    }

    func example(_ bytes: Span<UInt8>, _ fields: Fields, line: Int) throws(RecordProblem) -> Example {
        guard fields.count == width else {
            throw .unusable(bytes.isEmpty ? "the line is empty" : "\(width) columns are asked for, \(fields.count) found")
        }
        func field(_ position: Int?) -> String? { position.map { fields.text($0, of: bytes) } }
        return Example(
            text: fields.text(text, of: bytes), pair: field(pair), label: try labels.label(field(label), line: line),
            id: field(id).map(trimmed), line: line)
    }
}

/// Finds the columns of a layout in a header, or by their positions.
private struct ColumnFinder {
    let header: [String]?
    let width: Int
    let path: String

    /// - Throws: where a column is missing or ambiguous.
    func check(_ layout: RecordLayout, labelIsOptional: Bool) throws(CorporaError) {
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
