import Shards

/// A column of states in a cache.
struct FeatureColumn: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case layer(Int), cls(Int), mean(Int), attention(Int), query(Int), key(Int), value(Int), pooled
    }

    let kind: Kind
    let element: ElementType
    /// Whether differences to an offset are stored, and the fidelity beside.
    let isMeasured: Bool

    init(_ kind: Kind, _ precision: Precision) {
        self.kind = kind
        switch kind {
        case .layer, .query, .key, .value: element = precision.states
        case .cls, .mean, .pooled: element = precision.vectors
        case .attention: element = precision.scores
        }
        if case .attention = kind { isMeasured = false } else { isMeasured = precision.isResidual }
    }

    static let logits = "logits"
    /// Where each token has logits, a column for each class.
    static func logits(of index: Int) -> String { "logits.\(index)" }
    /// Of each token, words drawn of what a masked language model says, and the entropy of all that it says.
    static let words = "words"
    static let entropy = "entropy"
    /// The attribute that says, for each class of the data, the teacher's column; absent where they are in one order.
    static let logitOrder = "logitOrder"

    var name: String {
        switch kind {
        case .layer(let layer): "layer.\(layer)"
        case .cls(let layer): "cls.\(layer)"
        case .mean(let layer): "mean.\(layer)"
        case .attention(let layer): "attention.\(layer)"
        case .query(let layer): "query.\(layer)"
        case .key(let layer): "key.\(layer)"
        case .value(let layer): "value.\(layer)"
        case .pooled: "pooled"
        }
    }

    /// Whether it has a frame of its own for each row.
    var isLarge: Bool {
        switch kind {
        case .layer, .attention, .query, .key, .value: true
        case .cls, .mean, .pooled: false
        }
    }

    var isSquare: Bool { if case .attention = kind { true } else { false } }

    /// Offsets that it has: of first tokens and the others, or of the one vector.
    var offsetRows: Int { isLarge ? 2 : 1 }
}
