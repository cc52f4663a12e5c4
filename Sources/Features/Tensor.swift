/// What can be cached of a teacher, in the order in which caches name them.
public enum Tensor: String, Sendable, CaseIterable, Comparable {
    /// Hidden states of all tokens.
    case hidden
    /// Hidden states of first tokens alone.
    case cls
    /// The mean of a sequence's hidden states.
    case mean
    /// Attention scores before the softmax.
    case attention
    /// Queries, keys and values of the last of the layers.
    case queryKeyValue = "qkv"
    /// The pooler's output.
    case pooled
    case logits
    /// Words drawn of what a masked language model says of each token.
    case words
    /// The embedding's output, by the tables that it is computed from.
    case embedding
    /// Each layer's sums of unit vectors, for a contrast with all other sequences at once.
    case sums

    public static func < (a: Tensor, b: Tensor) -> Bool { a.order < b.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// `hidden,logits` as tensors; nil where a word is none of them.
    public static func list(_ text: String) -> [Tensor]? {
        let words = text.split(separator: ",")
        let tensors = words.compactMap { Tensor(rawValue: String($0)) }
        return tensors.count == words.count ? Array(Set(tensors)).sorted() : nil
    }
}
