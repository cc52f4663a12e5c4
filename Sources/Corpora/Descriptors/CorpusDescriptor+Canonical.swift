extension CorpusDescriptor {
    /// All that the reading of a split depends on as one text, for fingerprints: equal texts read equal files alike.
    ///
    /// Source, licence, description, checksums and the names of files are no part of it, nor are other splits.
    public func canonical(of split: String) -> String {
        let layout = layout(of: split)
        var lines: [(String, String)] = [("name", name), ("header", "\(layout.header)"), ("optional", "\(mayLackLabels(split))")]
        if format != .tsv { lines.append(("format", format.rawValue)) }
        for (key, column) in layout.columns {
            switch column {
            case .named(let name): lines.append((key + " named", name))
            case .at(let position): lines.append((key + " at", "\(position)"))
            }
        }
        if let count = layout.columnCount { lines.append(("columnCount", "\(count)")) }
        switch labels {
        case nil: break
        case .categories(let names): lines += names.map { ("label", $0) }
        case .entities(let types): lines += types.map { ("entity", $0) }
        case .scores(let range): lines.append(("scores", "\(range.lowerBound) \(range.upperBound)"))
        }
        lines += unlabelledMarks.map { ("unlabelled", $0) }
        // Lengths keep a name that holds a line break from looking like two lines.
        return lines.map { "\($0) \($1.utf8.count) \($1)" }.joined(separator: "\n")
    }
}
