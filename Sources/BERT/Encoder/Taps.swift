public import Kernels

/// What an encoder shows of itself, whether computed or read from a cache.
public struct Taps: Sendable {
    /// Sequence s is rows offsets[s]..<offsets[s + 1] of every token matrix.
    public var offsets: [Int]
    /// The embedding's output, after its layer norm [tokens, hidden].
    public var embedding: Matrix?
    /// Hidden states by layer, counted from 1 [tokens, hidden].
    public var hidden: [Int: Matrix]
    /// The pooler's output [sequences, hidden].
    public var pooled: Matrix?
    /// [sequences, classes].
    public var logits: Matrix?

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
}

/// What an objective needs to see of a teacher.
public struct TapRequirement: Sendable, Equatable {
    /// Layers, counted from 1, in order.
    public var layers: [Int]
    public var logits: Bool
    public var pooled: Bool
    public var embedding: Bool

    public init(layers: [Int] = [], logits: Bool = false, pooled: Bool = false, embedding: Bool = false) {
        self.layers = layers
        self.logits = logits
        self.pooled = pooled
        self.embedding = embedding
    }
}
