// The keys are those of the descriptors in corpora/; one that is not known is an error.

extension CorpusDescriptor: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, format, description, source, licence, splits, header, columns, columnCount, overrides, labels
        case unlabelledMarks, checksums
    }

    /// - Throws: `DecodingError` with the key path; an unknown key is `dataCorrupted`.
    public init(from decoder: any Decoder) throws {
        try refuseOthers(decoder, CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let format = try container.decodeIfPresent(CorpusFormat.self, forKey: .format) ?? .tsv
        func layout() throws -> RecordLayout {
            let header = try container.decodeIfPresent(Bool.self, forKey: .header)
            let columns = try container.decodeIfPresent(Columns.self, forKey: .columns)
            guard format.hasColumns else {
                guard columns == nil, header != true else {
                    throw DecodingError.dataCorruptedError(
                        forKey: columns == nil ? .header : .columns, in: container,
                        debugDescription: "format '\(format.rawValue)' has no columns; leave it out")
                }
                return .wholeText
            }
            if format == .conll, columns == nil { return .taggedWord }
            return RecordLayout(
                try columns ?? container.decode(Columns.self, forKey: .columns), header: header ?? (format == .tsv),
                columnCount: try container.decodeIfPresent(Int.self, forKey: .columnCount))
        }
        self.init(
            name: try container.decode(String.self, forKey: .name), format: format,
            description: try container.decodeIfPresent(String.self, forKey: .description),
            source: try container.decodeIfPresent(String.self, forKey: .source),
            licence: try container.decodeIfPresent(String.self, forKey: .licence),
            splits: try container.decode([String: String].self, forKey: .splits),
            layout: try layout(),
            overrides: (try container.decodeIfPresent([String: RecordLayout].self, forKey: .overrides) ?? [:]).mapValues {
                var layout = $0
                if format != .tsv { layout.header = false }
                return layout
            },
            labels: try container.decodeIfPresent(LabelKind.self, forKey: .labels),
            unlabelledMarks: try container.decodeIfPresent([String].self, forKey: .unlabelledMarks) ?? [],
            checksums: try container.decodeIfPresent([String: String].self, forKey: .checksums) ?? [:])
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        if format != .tsv { try container.encode(format, forKey: .format) }
        try container.encodeIfPresent(description, forKey: .description)
        try container.encodeIfPresent(source, forKey: .source)
        try container.encodeIfPresent(licence, forKey: .licence)
        try container.encode(splits, forKey: .splits)
        if format == .tsv { try container.encode(layout.header, forKey: .header) }
        if format.hasColumns { try container.encode(Columns(layout), forKey: .columns) }
        try container.encodeIfPresent(layout.columnCount, forKey: .columnCount)
        if !overrides.isEmpty { try container.encode(overrides, forKey: .overrides) }
        try container.encodeIfPresent(labels, forKey: .labels)
        if !unlabelledMarks.isEmpty { try container.encode(unlabelledMarks, forKey: .unlabelledMarks) }
        if !checksums.isEmpty { try container.encode(checksums, forKey: .checksums) }
    }
}

extension CorpusFormat: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let format = Self(rawValue: name) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(name)' is unknown; give one of \(Self.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self = format
    }
}

extension RecordLayout: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case header, columns, columnCount }

    public init(from decoder: any Decoder) throws {
        try refuseOthers(decoder, CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(Columns.self, forKey: .columns),
            header: try container.decodeIfPresent(Bool.self, forKey: .header),
            columnCount: try container.decodeIfPresent(Int.self, forKey: .columnCount))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(header, forKey: .header)
        try container.encode(Columns(self), forKey: .columns)
        try container.encodeIfPresent(columnCount, forKey: .columnCount)
    }

    fileprivate init(_ columns: Columns, header: Bool?, columnCount: Int?) {
        self.init(
            header: header ?? true, text: columns.text, pair: columns.pair, label: columns.label, id: columns.id,
            columnCount: columnCount)
    }
}

private struct Columns: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable { case text, pair, label, id }
    var text: Column
    var pair, label, id: Column?

    init(_ layout: RecordLayout) { (text, pair, label, id) = (layout.text, layout.pair, layout.label, layout.id) }

    init(from decoder: any Decoder) throws {
        try refuseOthers(decoder, CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        text = try container.decode(Column.self, forKey: .text)
        pair = try container.decodeIfPresent(Column.self, forKey: .pair)
        label = try container.decodeIfPresent(Column.self, forKey: .label)
        id = try container.decodeIfPresent(Column.self, forKey: .id)
    }
}

extension Column: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let position = try? container.decode(Int.self) {
            self = .at(position)
        } else {
            self = .named(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .named(let name): try container.encode(name)
        case .at(let position): try container.encode(position)
        }
    }
}

extension LabelKind: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable { case score, entities }

    public init(from decoder: any Decoder) throws {
        if let names = try? decoder.singleValueContainer().decode([String].self) {
            self = .categories(names)
            return
        }
        try refuseOthers(decoder, CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let types = try container.decodeIfPresent([String].self, forKey: .entities) {
            guard !container.contains(.score) else {
                throw DecodingError.dataCorruptedError(forKey: .score, in: container, debugDescription: "stands beside 'entities'; give one of them")
            }
            self = .entities(types)
            return
        }
        let ends = try container.decode([Float].self, forKey: .score)
        guard ends.count == 2, ends[0] <= ends[1] else {
            throw DecodingError.dataCorruptedError(
                forKey: .score, in: container, debugDescription: "the lowest and the highest score are asked for")
        }
        self = .scores(ends[0]...ends[1])
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .categories(let names):
            var container = encoder.singleValueContainer()
            try container.encode(names)
        case .entities(let types):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(types, forKey: .entities)
        case .scores(let range):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode([range.lowerBound, range.upperBound], forKey: .score)
        }
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

private func refuseOthers<Key: CodingKey & CaseIterable>(_ decoder: any Decoder, _: Key.Type) throws {
    let known = Key.allCases.map(\.stringValue)
    let container = try decoder.container(keyedBy: AnyKey.self)
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) where !known.contains(key.stringValue) {
        throw DecodingError.dataCorruptedError(
            forKey: key, in: container,
            debugDescription: "'\(key.stringValue)' is unknown; the keys are \(known.joined(separator: ", "))")
    }
}
