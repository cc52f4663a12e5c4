extension CorpusDescriptor {
    /// - Throws: `CorporaError.descriptor` with the key that contradicts the rest.
    public func validate() throws(CorporaError) {
        func refuse(_ key: String, _ problem: String) -> CorporaError {
            .descriptor(name: name, key: key, problem: problem)
        }
        guard !name.isEmpty else { throw refuse("name", "is empty; give the corpus a name") }
        guard !splits.isEmpty else { throw refuse("splits", "is empty; name at least one file") }
        for (split, file) in splits.sorted(by: { $0.key < $1.key }) where split.isEmpty || file.isEmpty {
            throw refuse("splits.\(split)", "lacks a name; write `train: train.tsv`")
        }
        for split in (Array(overrides.keys) + checksums.keys).sorted() where splits[split] == nil {
            throw refuse(overrides[split] == nil ? "checksums" : "overrides", "names '\(split)', which is no split")
        }
        for (split, checksum) in checksums.sorted(by: { $0.key < $1.key }) {
            let isHexadecimal = checksum.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
            guard checksum.utf8.count == 32, isHexadecimal else {
                throw refuse("checksums.\(split)", "is not the 32 lower-case hexadecimal digits of XXH3 in 128 bits")
            }
        }
        if format != .tsv { try checkFormat() }
        try check(layout, at: "columns")
        for split in overrides.keys.sorted() { try check(layout(of: split), at: "overrides.\(split).columns") }
        try checkLabels()
    }

    private func check(_ layout: RecordLayout, at path: String) throws(CorporaError) {
        if let count = layout.columnCount, count < 1 {
            throw .descriptor(name: name, key: path.replacing("columns", with: "columnCount"), problem: "is \(count); a line has one column at least")
        }
        for (key, column) in layout.columns {
            switch column {
            case .named(let column):
                guard layout.header || format == .jsonl else {
                    throw .descriptor(
                        name: name, key: "\(path).\(key)",
                        problem: "names '\(column)', but the file has no header; give its position, from 0")
                }
            case .at(let position):
                guard position >= 0, position < layout.columnCount ?? .max else {
                    throw .descriptor(
                        name: name, key: "\(path).\(key)",
                        problem: "is \(position), which is no position; they count from 0"
                            + (layout.columnCount.map { " to \($0 - 1)" } ?? ""))
                }
            }
        }
    }

    /// What only tables have.
    private func checkFormat() throws(CorporaError) {
        func refuse(_ key: String, _ problem: String) -> CorporaError { .descriptor(name: name, key: key, problem: problem) }
        guard format.hasColumns || overrides.isEmpty else { throw refuse("overrides", "has no use: format '\(format.rawValue)' has no columns") }
        for layout in [layout] + overrides.values {
            guard !layout.header else { throw refuse("header", "has no use with format '\(format.rawValue)'; leave it out") }
            guard layout.columnCount == nil else { throw refuse("columnCount", "has no use with format '\(format.rawValue)'; leave it out") }
            guard format == .jsonl else { continue }
            for (key, column) in layout.columns {
                if case .at(let position) = column { throw refuse("columns.\(key)", "is \(position); an object's keys have names") }
            }
        }
    }

    private func checkLabels() throws(CorporaError) {
        func refuse(_ problem: String) -> CorporaError { .descriptor(name: name, key: "labels", problem: problem) }
        let hasColumn = splits.keys.contains { layout(of: $0).label != nil }
        switch labels {
        case nil:
            if hasColumn { throw refuse("is missing; list the classes in order, or write `score`") }
        case .categories(let names):
            if names.isEmpty { throw refuse("is empty; list the classes in order") }
            if Set(names).count != names.count { throw refuse("names a class twice") }
            for name in names where name.isEmpty || trimmed(name) != name || name.utf8.contains(UInt8(ascii: "\t")) {
                throw refuse("has '\(name)', which no field can be; fields are compared without the spaces around them")
            }
        case .entities(let types):
            if types.isEmpty { throw refuse("names no type of entities") }
            if Set(types).count != types.count { throw refuse("names a type twice") }
            for type in types where type.isEmpty || type.utf8.contains(where: { $0 <= 0x20 }) { throw refuse("has '\(type)', which no tag can hold") }
        case .scores(let range):
            guard range.lowerBound.isFinite, range.upperBound.isFinite else { throw refuse("has a range without an end") }
        }
        if case .entities = labels, format != .conll { throw refuse("names entities, and format '\(format.rawValue)' has no words; write `format: conll`") }
        if format == .conll {
            guard case .entities = labels else { throw refuse("is asked for as `{ entities: [...] }`, the types of the tags") }
            if layout.pair != nil || layout.id != nil { throw .descriptor(name: name, key: "columns", problem: "has `text` and `label` alone where words are tagged") }
        }
        if labels != nil, !hasColumn { throw refuse("is given, but no column is; add `label` to the columns") }
    }
}

/// Without the spaces around it.
func trimmed(_ text: String) -> String {
    guard text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ") else { return text }
    return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
}
