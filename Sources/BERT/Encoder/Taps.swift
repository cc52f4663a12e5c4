public import Kernels

/// What an encoder shows of itself, whether computed or read from a cache.
public struct Taps: Sendable {
    /// Sequence s is rows offsets[s]..<offsets[s + 1] of every token matrix.
    public var offsets: [Int]
    /// The embedding's output, after its layer norm [tokens, hidden].
    public var embedding: Matrix?
    /// Hidden states by layer, counted from 1 [tokens, hidden].
    public var hidden: [Int: Matrix]
    /// By layer, the first token's hidden state of each sequence [sequences, hidden].
    public var first: [Int: Matrix] = [:]
    /// By layer, the mean over the tokens of each sequence [sequences, hidden].
    public var mean: [Int: Matrix] = [:]
    /// By layer, for each sequence the scores before the softmax, scaled [heads x length, length].
    public var attention: [Int: [Matrix]] = [:]
    /// By layer, queries, keys and values side by side [tokens, 3 hidden].
    public var queryKeyValue: [Int: Matrix] = [:]
    /// The pooler's output [sequences, hidden].
    public var pooled: Matrix?
    /// [sequences, classes].
    public var logits: Matrix?
    /// What a masked language model says of each token.
    public var words: WordSamples?

    public init(
        offsets: [Int], embedding: Matrix? = nil, hidden: [Int: Matrix] = [:], pooled: Matrix? = nil,
        logits: Matrix? = nil
    ) {
        self.offsets = offsets
        self.embedding = embedding
        self.hidden = hidden
        self.pooled = pooled
        self.logits = logits
    }

    public var sequenceCount: Int { offsets.count - 1 }

    /// The same in matrices of its own, which outlive a workspace.
    public func copy() -> Taps {
        var copy = self
        (copy.embedding, copy.hidden) = (embedding?.copy(), hidden.mapValues { $0.copy() })
        copy.attention = attention.mapValues { $0.map { $0.copy() } }
        copy.queryKeyValue = queryKeyValue.mapValues { $0.copy() }
        return copy
    }

    /// Leaves what is said at the end alone: logits and words.
    public mutating func forgetStates() {
        let (logits, words) = (logits, words)
        self = Taps(offsets: offsets, logits: logits)
        self.words = words
    }

    /// The first token of each sequence of some states [tokens, width].
    public static func first(of states: Matrix, _ offsets: [Int]) -> Matrix {
        let result = Matrix(rows: offsets.count - 1, columns: states.columns)
        for sequence in 0..<result.rows { result.row(sequence).assign(states.row(offsets[sequence])) }
        return result
    }

    /// The mean over the tokens of each sequence of some states [tokens, width].
    public static func mean(of states: Matrix, _ offsets: [Int]) -> Matrix {
        let result = Matrix(rows: offsets.count - 1, columns: states.columns)
        for sequence in 0..<result.rows {
            let rows = offsets[sequence]..<offsets[sequence + 1]
            for row in rows { addScaled(1 / Float(rows.count), states.row(row), to: result.row(sequence)) }
        }
        return result
    }
}

/// What an objective needs to see of a teacher.
public struct TapRequirement: Sendable, Equatable {
    /// Layers, counted from 1, in order.
    public var layers: [Int]
    /// Layers of which the first tokens, or the means, are enough.
    public var first: [Int]
    public var mean: [Int]
    /// Layers whose attention scores are wanted.
    public var attention: [Int]
    /// Layers whose queries, keys and values are wanted.
    public var queryKeyValue: [Int]
    public var logits: Bool
    public var pooled: Bool
    public var embedding: Bool
    /// Whether what a masked language model says of each token is wanted.
    public var words = false

    public init(
        layers: [Int] = [], first: [Int] = [], mean: [Int] = [], attention: [Int] = [], queryKeyValue: [Int] = [],
        logits: Bool = false, pooled: Bool = false, embedding: Bool = false
    ) {
        self.layers = layers
        (self.first, self.mean, self.attention, self.queryKeyValue) = (first, mean, attention, queryKeyValue)
        self.logits = logits
        self.pooled = pooled
        self.embedding = embedding
    }

    public var isEmpty: Bool { self == TapRequirement() }
}
