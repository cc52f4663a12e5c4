import BERT
import Kernels

/// The means of each column's vectors over the first sequences: what residual columns are differences to.
struct Pilot {
    /// Two batches: over so many, what a difference to their mean has more to hold than one to the mean of all is 1/64.
    static let rows = 2 * FeatureExtraction.batchSize

    private struct Sums {
        var values: [Double]
        var count = 0

        mutating func add(_ vector: Matrix) {
            count += 1
            for (index, value) in vector.elements.enumerated() { values[index] += Double(value) }
        }

        var mean: [Float] { values.map { Float($0 / Double(max(count, 1))) } }
    }

    private let columns: [FeatureColumn]
    private let width: Int
    private var sums: [[Sums]]

    init(_ specification: FeatureSpecification) {
        columns = specification.columns.filter(\.isMeasured)
        width = specification.hidden
        let zero = Sums(values: Array(repeating: 0, count: width))
        sums = columns.map { Array(repeating: zero, count: $0.offsetRows) }
    }

    var isNeeded: Bool { !columns.isEmpty }

    mutating func add(_ taps: Taps) {
        for (index, column) in columns.enumerated() {
            for sequence in 0..<taps.sequenceCount {
                let vectors = taps.vectors(of: column, sequence)
                for row in 0..<vectors.rows { sums[index][min(row, column.offsetRows - 1)].add(vectors.row(row)) }
            }
        }
    }

    var attributes: [String: String] {
        Dictionary(
            uniqueKeysWithValues: zip(columns, sums).map { column, sums in
                (
                    Offsets.attribute(column.name),
                    Offsets.text(Matrix(rows: sums.count, columns: width, sums.flatMap(\.mean)))
                )
            })
    }
}

extension Taps {
    /// What a column holds of a sequence: [length, width], or one row.
    func vectors(of column: FeatureColumn, _ sequence: Int) -> Matrix {
        let found: Matrix? =
            switch column.kind {
            case .layer(let layer): hidden[layer]?[rows: offsets[sequence]..<offsets[sequence + 1]]
            case .cls(let layer): first[layer]?.row(sequence)
            case .mean(let layer): mean[layer]?.row(sequence)
            case .attention(let layer): attention[layer]?[sequence]
            case .query(let layer): relation(layer, 0, sequence)
            case .key(let layer): relation(layer, 1, sequence)
            case .value(let layer): relation(layer, 2, sequence)
            case .pooled: pooled?.row(sequence)
            }
        guard let found else { preconditionFailure("taps hold what is required") }
        return found
    }

    /// Queries, keys or values of a sequence.
    private func relation(_ layer: Int, _ part: Int, _ sequence: Int) -> Matrix? {
        guard let all = queryKeyValue[layer]?[rows: offsets[sequence]..<offsets[sequence + 1]] else { return nil }
        let width = all.columns / 3
        return all[columns: part * width..<(part + 1) * width].copy()
    }
}
