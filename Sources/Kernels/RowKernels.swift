import CVectorMath

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Each function checks its shapes once; the C kernel behind it, which knows contiguous rows only, then reads and writes no others.

/// y = gelu(u) in the exact erf form (Hendrycks and Gimpel, 2016); u becomes gelu'(u). Shapes: u, y [n, d].
public func applyGELU(_ u: Matrix, into y: Matrix) {
    precondition(u.rows == y.rows && u.columns == y.columns, "matrices of different shapes")
    for run in contiguousRuns(u, y) {
        unsafe VectorTable.current.gelu(u[rows: run].base, y[rows: run].base, run.count * u.columns)
    }
}

/// x *= factors, element by element.
public func scale(_ x: Matrix, by factors: Matrix) {
    precondition(x.rows == factors.rows && x.columns == factors.columns, "matrices of different shapes")
    for run in contiguousRuns(x, factors) {
        unsafe VectorTable.current.multiply(x[rows: run].base, factors[rows: run].base, run.count * x.columns)
    }
}

/// Row softmax of scale * x, in place.
public func softmax(_ x: Matrix, scale: Float) {
    check(x, x)
    guard x.columns > 0 else { return }
    unsafe VectorTable.current.softmax(x.base, scale, x.rows, x.columns)
}

/// The softmax of scale * x, of one row, in place.
///
/// - Returns: log of the sum of exp(scale * x).
public func softmaxWithLogSum(_ x: Matrix, scale: Float) -> Double {
    precondition(x.rows == 1, "one row")
    let top = Double(x.maximum) * Double(scale)
    softmax(x, scale: scale)
    // The greatest of them is 1 / sum of exp(scale * x - top).
    return top - log(Double(largest(x)))
}

/// The gradient at the scores, in place of the gradient `dp` at the probabilities `p`.
public func softmaxGradient(_ p: Matrix, _ dp: Matrix, scale: Float) {
    check(p, dp)
    unsafe VectorTable.current.softmax_gradient(p.base, dp.base, scale, p.rows, p.columns)
}

/// Layer normalisation of each row (Ba et al., 2016). `normalised` may be x; `inverse` [n, 1] is 1 / deviation.
public func layerNorm(
    _ x: Matrix, gain: Matrix, offset: Matrix, epsilon: Float, normalised: Matrix, inverse: Matrix, into y: Matrix
) {
    check(x, normalised); check(x, y); check(row: gain, x); check(row: offset, x)
    precondition(inverse.count == x.rows && inverse.isContiguous, "one deviation a row")
    unsafe VectorTable.current.layer_norm(
        x.base, gain.base, offset.base, epsilon, normalised.base, inverse.base, y.base, x.rows, x.columns)
}

/// The gradient of a layer normalisation at its input; dx may be dy. Adds to the parameters' gradients where given.
public func layerNormGradient(
    _ dy: Matrix, normalised: Matrix, inverse: Matrix, gain: Matrix, into dx: Matrix,
    parameters: (gain: Matrix, offset: Matrix)?
) {
    check(dy, normalised); check(dy, dx); check(row: gain, dy)
    precondition(inverse.count == dy.rows && inverse.isContiguous, "one deviation a row")
    if let parameters { check(row: parameters.gain, dy); check(row: parameters.offset, dy) }
    unsafe VectorTable.current.layer_norm_gradient(
        dy.base, normalised.base, inverse.base, gain.base, dx.base, parameters?.gain.base, parameters?.offset.base,
        dy.rows, dy.columns)
}

/// Each row of x = bias, plus the row of `past` where it is given.
func fillRows(_ x: Matrix, bias: Matrix, past: Matrix?) {
    check(row: bias, x)
    if let past { precondition(past.rows == x.rows && past.columns == x.columns, "matrices of different shapes") }
    for run in contiguousRuns(x, past ?? x) {
        unsafe VectorTable.current.bias_rows(x[rows: run].base, bias.base, past?[rows: run].base, run.count, x.columns)
    }
}

/// sums [1, d] += the sums of the columns of x [n, d], in row order.
public func addColumnSums(_ x: Matrix, to sums: Matrix) {
    check(x, x); check(row: sums, x)
    unsafe VectorTable.current.column_sums(x.base, sums.base, x.rows, x.columns)
}

/// tanh of each element, in place.
public func applyTanh(_ x: Matrix) {
    check(x, x)
    unsafe VectorTable.current.tanh_forward(x.base, x.count)
}

/// All rows at once where none of the matrices has gaps between them, else each for itself.
private func contiguousRuns(_ matrices: Matrix...) -> [Range<Int>] {
    let rows = matrices[0].rows
    return matrices.allSatisfy(\.isContiguous) ? [0..<rows] : (0..<rows).map { $0..<$0 + 1 }
}

private func check(_ a: Matrix, _ b: Matrix) {
    precondition(a.rows == b.rows && a.columns == b.columns, "matrices of different shapes")
    precondition(a.isContiguous && b.isContiguous, "rows with gaps between them")
}

private func check(row: Matrix, _ a: Matrix) {
    precondition(row.count == a.columns && row.isContiguous, "a row of another length")
}
