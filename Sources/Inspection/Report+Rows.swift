import Features
import Shards
import Tokens
public import WordPiece

extension Report {
    /// Looks at sequences of a set, and at those near them.
    ///
    /// - Parameters:
    ///   - vocabulary: turns ids into text; without it ids are shown.
    ///   - neighbours: how many near sequences are looked for; the set is then a cache.
    public init(
        rows: [Int], of folder: String, vocabulary: WordPieceVocabulary?, neighbours: Int
    ) throws(InspectionError) {
        let set = try lift(InspectionError.shards) { () throws(ShardError) in try ShardSet(folder: folder) }
        let table = try lift(InspectionError.tokens) { () throws(TokensError) in try TokenTable(set) }
        func text(_ row: Int) -> String { Self.text(table.ids(of: row), vocabulary) }
        var sections: [Section] = []
        for row in rows {
            guard row >= 0, row < table.count else { throw .noRow(folder: folder, row: row, count: table.count) }
            var facts = [("text", text(row)), ("tokens", "\(table.length(of: row))"), ("example", "\(table.exampleIDs[row])")]
            switch table.labels[row] {
            case .none: break
            case .category(let category): facts.append(("label", table.labelSet.names[category]))
            case .score(let score): facts.append(("label", "\(score)"))
            }
            if neighbours > 0 {
                let near = try lift(InspectionError.features) { () throws(FeaturesError) in
                    try FeatureCache(folder).neighbours(of: row, count: neighbours)
                }
                for neighbour in near {
                    let thousandths = Int((neighbour.cosine * 1000).rounded())
                    let cosine = "\(thousandths < 0 ? "-" : "")\(thousandths.magnitude / 1000).\(String(thousandths.magnitude % 1000 + 1000).dropFirst())"
                    facts.append(("near \(neighbour.row)", "\(cosine) \(text(neighbour.row))"))
                }
            }
            sections.append(Section("sequence \(row) of \(folder)", facts))
        }
        self.init(sections: sections)
    }

    /// Tokens with their pieces put together.
    private static func text(_ ids: ArraySlice<Int32>, _ vocabulary: WordPieceVocabulary?) -> String {
        guard let vocabulary else { return ids.map(String.init).joined(separator: " ") }
        var text = ""
        for id in ids {
            let token = vocabulary.token(of: id) ?? "(\(id))"
            if token.hasPrefix("##") { text += token.dropFirst(2) } else { text += (text.isEmpty ? "" : " ") + token }
        }
        return text
    }
}
