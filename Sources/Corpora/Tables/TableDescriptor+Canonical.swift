extension TableDescriptor {
    /// All that reading depends on as one text, for fingerprints: equal texts read equal files alike.
    ///
    /// Source, licence and description are no part of it.
    public var canonical: String {
        var lines: [(String, String)] = [("name", name)]
        for split in splits.keys.sorted() {
            let layout = layout(of: split)
            lines.append(("split", split))
            lines.append(("file", splits[split] ?? ""))
            lines.append(("header", "\(layout.header)"))
            for (key, column) in layout.columns {
                switch column {
                case .named(let name): lines.append((key + " named", name))
                case .at(let position): lines.append((key + " at", "\(position)"))
                }
            }
            if let count = layout.columnCount { lines.append(("columnCount", "\(count)")) }
            if let checksum = checksums[split] { lines.append(("checksum", checksum)) }
        }
        switch labels {
        case nil: break
        case .categories(let names): lines += names.map { ("label", $0) }
        case .scores(let range): lines.append(("scores", "\(range.lowerBound) \(range.upperBound)"))
        }
        lines += unlabelledMarks.map { ("unlabelled", $0) }
        // Lengths keep a name that holds a line break from looking like two lines.
        return lines.map { "\($0) \($1.utf8.count) \($1)" }.joined(separator: "\n")
    }
}
