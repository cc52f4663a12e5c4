public import BERT
import Kernels
import Shards

/// How near what is cached of a sequence is to what a teacher shows of it now.
public struct FeatureComparison: Sendable, Equatable {
    public var column: String
    /// The lowest cosine of a vector, without the column's offset where it has one; -1 where a number is not finite.
    public var cosine: Double
    /// What the cache declares.
    public var bound: Double
}

extension FeatureCache {
    /// What a teacher has to show for a comparison.
    public var requirement: TapRequirement {
        FeatureSpecification(
            layers: layers, tensors: tensors, precision: precision, hidden: hidden, teacherLayers: teacherLayers, heads: heads, classes: classes
        ).requirement
    }

    /// Compares each column of states of a row, by the bounds of the cache.
    ///
    /// - Parameter taps: of this one sequence.
    public func compare(_ taps: Taps, row: Int) throws(FeaturesError) -> [FeatureComparison] {
        precondition(taps.sequenceCount == 1 && taps.offsets[1] == lengths[row], "what the teacher shows of the row alone")
        let kept = try self.taps([row], requirement, on: .one)
        let bound = precision.bounds?.minimum ?? Self.exact
        return columns.indices.map { index in
            let (ours, theirs) = (taps.vectors(of: columns[index], 0), kept.vectors(of: columns[index], 0))
            let none = Matrix(rows: 1, columns: ours.columns)
            var lowest = 1.0
            for place in 0..<ours.rows {
                let (a, b) = (ours.row(place), theirs.row(place))
                guard sumOfSquares(a).isFinite, sumOfSquares(b).isFinite else {
                    lowest = -1
                    break
                }
                lowest = min(lowest, Fidelity.centredCosine(a, b, offsets[index]?.vector(place) ?? none))
            }
            return FeatureComparison(column: columns[index].name, cosine: lowest, bound: columns[index].isMeasured ? bound : Self.exact(columns[index]))
        }
    }

    /// Another batch changes last bits alone.
    private static let exact = 0.999999
    /// Scores have no bounds of their own: those of their numbers.
    private static func exact(_ column: FeatureColumn) -> Double { column.element == .bfloat16 ? 0.9999 : column.element == .float16 ? 0.99999 : exact }
}
