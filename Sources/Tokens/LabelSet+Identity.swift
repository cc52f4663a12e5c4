public import Shards

extension LabelSet {
    /// Writes the labels into an identity.
    public func write(to identity: inout ShardIdentity) {
        identity.labelNames = names
        identity.attributes[TokenColumns.labelsAttribute] = kind
    }

    private var kind: String {
        switch self {
        case .none: "none"
        case .categories: "categories"
        case .scores: "scores"
        case .tags: "tags"
        }
    }

    /// Reads the labels of an identity; nil where it says nothing of them.
    public init?(_ identity: ShardIdentity) {
        switch identity.attributes[TokenColumns.labelsAttribute] {
        case "none": self = .none
        case "categories": self = .categories(identity.labelNames)
        case "scores": self = .scores
        case "tags": self = .tags(identity.labelNames)
        default: return nil
        }
    }
}
