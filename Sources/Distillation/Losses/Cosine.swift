/// What the cosine of two examples' states compares; the paper leaves it open.
public enum Cosine: String, Sendable, CaseIterable {
    /// The l x d states flattened; of two unequal lengths the shorter is zero beyond its end.
    case sequence
    /// Each token for itself, summed over shared positions, divided by the anchor's length.
    case token
    /// The first token only.
    case cls
    /// The mean of the tokens.
    case mean
    /// `sequence` and `cls` in equal weights.
    case sequenceAndCLS = "sequence+cls"

    /// The simple modes that it is the mean of.
    public var parts: [Cosine] { self == .sequenceAndCLS ? [.sequence, .cls] : [self] }
}
