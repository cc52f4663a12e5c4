import Kernels

/// All sequences of a cache at once, by the sums of their unit vectors: COS-NCE is linear in its unit negatives, so their mean is
/// all that it needs, exact at one dot product.
public struct Population: Sendable {
    /// Sums of one layer and mode, for each group of sequences.
    public struct Sums: Sendable, Equatable {
        /// Sequences of each group.
        let counts: [Int]
        let positions: Int
        let width: Int
        /// [groups, positions, width].
        let groups: [[Double]]
        /// Of all groups.
        private let total: [Double]

        public init(counts: [Int], positions: Int, width: Int, sums: [Double]) {
            let size = positions * width
            precondition(sums.count == counts.count * size, "sums for each group")
            (self.counts, self.positions, self.width) = (counts, positions, width)
            groups = counts.indices.map { Array(sums[$0 * size..<($0 + 1) * size]) }
            total = groups.dropFirst().reduce(into: groups[0]) { total, group in
                for index in total.indices { total[index] += group[index] }
            }
        }

        /// The mean of the unit vectors of all sequences but those left out, at the anchor's positions.
        func mean(over count: Int, anchor: Anchor, unit: Matrix) -> Matrix {
            let excluded = anchor.excludedGroup.map { groups[$0] }
            // The group that is left out holds the anchor and its copies.
            let copies = excluded == nil ? Double(anchor.copies) : 0
            let own = unit.elements
            let values = own.indices.map { index in
                let others = index < total.count ? total[index] - (excluded?[index] ?? 0) : 0
                return Float((others - copies * Double(own[index])) / Double(count))
            }
            return Matrix(rows: unit.rows, columns: unit.columns, values)
        }
    }

    /// What is left out for an anchor.
    public struct Anchor: Sendable, Equatable {
        /// The anchor itself and what equals it.
        public var copies: Int
        /// A group that it belongs to and that is left out whole.
        public var excludedGroup: Int?

        public init(copies: Int, excludedGroup: Int? = nil) { (self.copies, self.excludedGroup) = (copies, excludedGroup) }
    }

    public var sums: [Int: [Cosine: Sums]]
    public var anchors: [Anchor]

    public init(sums: [Int: [Cosine: Sums]], anchors: [Anchor]) { (self.sums, self.anchors) = (sums, anchors) }

    /// How many sequences are left for each anchor.
    public func negativeCounts(groupCounts: [Int]) -> [Int] {
        let all = groupCounts.reduce(0, +)
        return anchors.map { max(0, all - ($0.excludedGroup.map { groupCounts[$0] } ?? $0.copies)) }
    }
}
