import BERT
import Kernels

/// The unit vectors that a mode compares.
enum UnitVectors {
    /// - Returns: [tokens, width] for modes of tokens, else [sequences, width].
    static func of(_ taps: Taps, layer: Int, _ cosine: Cosine, _ normalisation: Normalisation, _ statistics: StateStatistics?) -> Matrix {
        let vectors = normalisation.applied(to: taps.vectors(layer, cosine), statistics?.moments(for: cosine))
        let units = normalisation == .none ? vectors.copy() : vectors
        if cosine == .sequence {
            for sequence in 0..<taps.sequenceCount { normalise(units[rows: cosine.rows(of: sequence, taps.offsets)]) }
        } else {
            for row in 0..<units.rows { normalise(units.row(row)) }
        }
        return units
    }

    /// Scales to unit length; a zero vector stays zero.
    private static func normalise(_ vector: Matrix) {
        let length = sumOfSquares(vector).squareRoot()
        if length > 0 { scale(vector, by: Float(1 / length)) }
    }
}

extension Taps {
    /// A layer's vectors as a mode compares them; pooled ones are taken from the states where they are not shown by themselves.
    func vectors(_ layer: Int, _ cosine: Cosine) -> Matrix {
        let found: Matrix? =
            switch cosine {
            case .cls: first[layer] ?? hidden[layer].map { Taps.first(of: $0, offsets) }
            case .mean: mean[layer] ?? hidden[layer].map { Taps.mean(of: $0, offsets) }
            case .sequence, .token, .sequenceAndCLS: hidden[layer]
            }
        guard let found else { preconditionFailure("taps hold the layers that are required") }
        return found
    }
}
