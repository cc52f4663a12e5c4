public import Shards

extension LabelSet {
    /// Writes the labels into an identity.
    public func write(to identity: inout ShardIdentity) {
        identity.labelNames = names
        identity.attributes[TokenColumns.labelsAttribute] = kind
        if case .maskedWords(let vocabulary) = self { identity.attributes[TokenColumns.vocabularyAttribute] = "\(vocabulary)" }
    }

    private var kind: String {
        switch self {
        case .none: "none"
        case .categories: "categories"
        case .scores: "scores"
        case .tags: "tags"
        case .maskedWords: "masked-words"
        }
    }

    /// Reads the labels of an identity; nil where it says nothing of them.
    public init?(_ identity: ShardIdentity) {
        switch identity.attributes[TokenColumns.labelsAttribute] {
        case "none": self = .none
        case "categories": self = .categories(identity.labelNames)
        case "scores": self = .scores
        case "tags": self = .tags(identity.labelNames)
        case "masked-words":
            guard let vocabulary = identity.attributes[TokenColumns.vocabularyAttribute].flatMap({ Int($0) }), vocabulary > 0 else { return nil }
            self = .maskedWords(vocabulary: vocabulary)
        default: return nil
        }
    }
}
