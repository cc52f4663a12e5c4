import Kernels

extension Normalisation {
    /// The states [tokens, width], normalised; the same matrix where there is nothing to do.
    func applied(to states: Matrix, _ moments: Moments?) -> Matrix {
        guard self != .none else { return states }
        guard let moments, moments.mean.count == states.columns else {
            preconditionFailure("statistics of the layer's width")
        }
        let result = states.copy()
        let factors = Matrix(rows: 1, columns: states.columns, moments.deviation.map { $0 > 0 ? 1 / $0 : 0 })
        let mean = Matrix(rows: 1, columns: states.columns, moments.mean)
        for row in 0..<result.rows {
            let row = result.row(row)
            addScaled(-1, mean, to: row)
            if self == .standardise { scale(row, by: factors) }
        }
        return result
    }
}
