public import Kernels

/// The fixed side of COS-NCE for one layer of a batch: a shifted target (1 + w) zT - w n for each anchor, of unit vectors.
///
/// With one positive and K negatives the loss is 1 + 2w - (1 + w) cos(zT, zS) + w mean cos(n, zS), so it is a plain cosine to
/// this target (LRC-BERT, AAAI 2021, eq. 3 to 5, for w = 0.5). It does not see the student: both passes of a perturbed step
/// share it.
public struct ContrastTarget: Sendable {
    struct Part: Sendable {
        let cosine: Cosine
        /// Token modes: [tokens, width]; `cls` and `mean`: [sequences, width].
        let target: Matrix
    }

    let parts: [Part]
    let offsets: [Int]
    /// For each anchor the constant of its loss: 1 + 2w, or 1 where it has no negatives.
    let constants: [Double]

    /// - Parameters:
    ///   - teacher: a layer's states [tokens, width].
    ///   - negatives: for each anchor, its negatives in the batch.
    ///   - contrastWeight: w; 0 is the plain cosine.
    ///   - statistics: the layer's, for a normalisation.
    public init(
        _ cosine: Cosine, teacher: Matrix, offsets: [Int], negatives: [[Int]], contrastWeight: Float,
        normalisation: Normalisation = .none, statistics: StateStatistics? = nil, on workers: Workers
    ) {
        precondition(negatives.count == offsets.count - 1, "negatives for each anchor")
        self.offsets = offsets
        constants = negatives.map { $0.isEmpty ? 1 : 1 + 2 * Double(contrastWeight) }
        parts = cosine.parts.map { part in
            let moments = part == .cls ? statistics?.first ?? statistics?.tokens : statistics?.tokens
            let units = Self.units(part, normalisation.applied(to: teacher, moments), offsets)
            let target = Matrix(rows: units.rows, columns: units.columns)
            let isPerToken = part == .sequence || part == .token
            workers.run(negatives.count) { anchor in
                func rows(_ sequence: Int) -> Range<Int> {
                    isPerToken ? offsets[sequence]..<offsets[sequence + 1] : sequence..<sequence + 1
                }
                let own = rows(anchor)
                let others = negatives[anchor]
                addScaled(others.isEmpty ? 1 : 1 + contrastWeight, units[rows: own], to: target[rows: own])
                for other in others where contrastWeight != 0 {
                    let shared = min(own.count, rows(other).count)
                    let from = rows(other).lowerBound
                    addScaled(
                        -contrastWeight / Float(others.count), units[rows: from..<from + shared],
                        to: target[rows: own.lowerBound..<own.lowerBound + shared])
                }
            }
            return Part(cosine: part, target: target)
        }
    }

    /// The unit vectors that a mode compares.
    private static func units(_ cosine: Cosine, _ states: Matrix, _ offsets: [Int]) -> Matrix {
        let sequences = offsets.count - 1
        switch cosine {
        case .sequence:
            let units = states.copy()
            for sequence in 0..<sequences { normalise(units[rows: offsets[sequence]..<offsets[sequence + 1]]) }
            return units
        case .token:
            let units = states.copy()
            for row in 0..<units.rows { normalise(units.row(row)) }
            return units
        case .cls, .mean, .sequenceAndCLS:
            let units = pooled(cosine, states, offsets)
            for row in 0..<units.rows { normalise(units.row(row)) }
            return units
        }
    }

    /// One vector a sequence: its first token, or the mean of its tokens.
    static func pooled(_ cosine: Cosine, _ states: Matrix, _ offsets: [Int]) -> Matrix {
        let pooled = Matrix(rows: offsets.count - 1, columns: states.columns)
        for sequence in 0..<pooled.rows {
            let rows = offsets[sequence]..<offsets[sequence + 1]
            if cosine == .cls {
                pooled.row(sequence).assign(states.row(rows.lowerBound))
            } else {
                for row in rows { addScaled(1 / Float(rows.count), states.row(row), to: pooled.row(sequence)) }
            }
        }
        return pooled
    }

    /// Scales to unit length; a zero vector stays zero.
    private static func normalise(_ vector: Matrix) {
        let length = sumOfSquares(vector).squareRoot()
        if length > 0 { scale(vector, by: Float(1 / length)) }
    }
}
