/// Mean and standard deviation of each dimension of some states [width].
public struct Moments: Sendable, Equatable {
    public var mean: [Float]
    public var deviation: [Float]

    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == deviation.count, "a deviation for each mean")
        (self.mean, self.deviation) = (mean, deviation)
    }
}

/// What is known of a teacher layer's states over a whole cache.
public struct StateStatistics: Sendable, Equatable {
    /// Over all tokens.
    public var tokens: Moments?
    /// Over first tokens, which the `cls` mode compares; nil uses those of all tokens.
    public var first: Moments?
    /// Over the means of sequences, which the `mean` mode compares; nil uses those of all tokens.
    public var mean: Moments?

    public init(tokens: Moments?, first: Moments? = nil, mean: Moments? = nil) {
        (self.tokens, self.first, self.mean) = (tokens, first, mean)
    }

    func moments(for cosine: Cosine) -> Moments? {
        switch cosine {
        case .cls: first ?? tokens
        case .mean: mean ?? tokens
        case .sequence, .token, .sequenceAndCLS: tokens
        }
    }
}

/// What is done to the teacher's states before the cosine. The student's projected states are compared as they are.
public enum Normalisation: String, Sendable, CaseIterable {
    case none
    /// Minus the mean of the layer.
    case centre
    /// Minus the mean, by the deviation; a dimension that never varies becomes 0.
    case standardise
}
