public import Shards

/// How states are stored; `schemas/features.md` has the table.
public enum Precision: String, Sendable, CaseIterable {
    case float32, float16, bfloat16
    /// Codes of rotated residuals: eight bits with one scale a vector, four bits with one for each 32 numbers.
    case int8Rotated = "int8-rotated"
    case int4Rotated = "int4-rotated"

    /// Of hidden states.
    public var states: ElementType {
        switch self {
        case .float32: .float32
        case .float16: .float16
        case .bfloat16: .bfloat16
        case .int8Rotated: .int8Rotated
        case .int4Rotated: .int4Rotated
        }
    }

    /// Of columns with one vector a sequence, which are small beside the states.
    public var vectors: ElementType { self == .int4Rotated ? .int8Rotated : states }

    /// Of attention scores, which are no vectors that a rotation would even out.
    public var scores: ElementType { states.isCode ? .float16 : states }

    /// Whether differences to the mean of a pilot are stored: what is left of [CLS] once its mean is off is a few thousandths of it
    /// in lower layers, and is lost where the whole vector is rounded.
    public var isResidual: Bool { self != .float32 }

    /// The least centred cosine that the writer lets pass; nil where nothing is lost.
    public var bounds: Fidelity.Bounds? {
        switch self {
        case .float32: nil
        case .float16, .bfloat16: Fidelity.Bounds(mean: 0.9999, minimum: 0.999)
        case .int8Rotated: Fidelity.Bounds(mean: 0.9995, minimum: 0.99)
        case .int4Rotated: Fidelity.Bounds(mean: 0.99, minimum: 0.95)
        }
    }
}
