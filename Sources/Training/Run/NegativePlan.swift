public import Sampling

/// Which negatives each example is contrasted with.
public struct NegativePlan: Sendable, Equatable {
    /// Rows that never stand as an example's negatives.
    public enum Exclusion: String, Sendable, CaseIterable {
        /// Those of the same token ids.
        case duplicates
        /// Those of the same document.
        case document
        /// Those of the same label.
        case label
    }

    /// Negatives an example (K).
    public var count: Int
    public var source: NegativeSource
    public var leavesOut: Set<Exclusion>

    public init(count: Int = 0, source: NegativeSource = .batch, leavesOut: Set<Exclusion> = [.duplicates]) {
        (self.count, self.source, self.leavesOut) = (count, source, leavesOut)
    }
}
