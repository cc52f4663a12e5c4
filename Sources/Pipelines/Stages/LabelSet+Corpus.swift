package import Corpora
package import Tokens

extension CorpusDescriptor {
    package var labelSet: LabelSet {
        switch labels {
        case .none: .none
        case .categories(let names)?: .categories(names)
        case .scores?: .scores
        case .entities(let types)?: .tags(LabelKind.tags(types))
        }
    }
}

extension LabelSet {
    /// An example's label as a number; `.none` where it has none.
    package func label(of example: Example) -> Label {
        switch example.label {
        case .none: .none
        case .category(let name)?: names.firstIndex(of: name).map { .category($0) } ?? .none
        case .score(let score)?: .score(score)
        case .tags?: .none
        }
    }

    /// A sentence's tags as numbers; nil where it has none.
    func tags(of example: Example) -> [Int32]? {
        guard case .tags(let tags)? = example.label else { return nil }
        return tags.map { tag in Int32(names.firstIndex(of: tag) ?? 0) }
    }
}
