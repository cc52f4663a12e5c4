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

    /// All that it holds of sequences.
    public var contents: TapRequirement {
        var contents = requirement
        contents.words = words != nil
        return contents
    }

    /// Compares each column of states of a row, by the bounds of the cache.
    ///
    /// - Parameter taps: of this one sequence.
    public func compare(_ taps: Taps, row: Int) throws(FeaturesError) -> [FeatureComparison] {
        precondition(taps.sequenceCount == 1 && taps.offsets[1] == lengths[row], "what the teacher shows of the row alone")
        let bound = precision.bounds?.minimum ?? Self.exact
        return try columns.indices.map { index throws(FeaturesError) in
            let (ours, theirs) = (taps.vectors(of: columns[index], 0), try stored(columns[index], row: row))
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

    /// What a column itself holds of a row, decoded.
    func stored(_ column: FeatureColumn, row: Int) throws(FeaturesError) -> Matrix {
        switch column.kind {
        case .layer, .query, .key, .value:
            let states = Matrix(unfilledRows: lengths[row], columns: hidden)
            try read(column.kind, row: row, into: states)
            return states
        case .attention(let layer): return try scores(layer, row: row)
        case .cls, .mean, .pooled: return try vectors(column.kind, [row])
        }
    }

    /// Another batch changes last bits alone.
    private static let exact = 0.999999
    /// Scores have no bounds of their own: those of their numbers.
    private static func exact(_ column: FeatureColumn) -> Double { column.element == .bfloat16 ? 0.9999 : column.element == .float16 ? 0.99999 : exact }
}
