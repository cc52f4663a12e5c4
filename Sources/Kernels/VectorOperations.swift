import CVectorMath

/// y += a x over all elements.
public func addScaled(_ a: Float, _ x: Matrix, to y: Matrix) {
    precondition(x.rows == y.rows && x.columns == y.columns, "matrices of different shapes")
    if x.isContiguous && y.isContiguous {
        unsafe VectorTable.current.axpy(a, x.base, y.base, x.count)
    } else {
        for row in 0..<x.rows { unsafe VectorTable.current.axpy(a, x.row(row).base, y.row(row).base, x.columns) }
    }
}

public func scale(_ x: Matrix, by factor: Float) {
    precondition(x.isContiguous, "rows with gaps between them")
    unsafe VectorTable.current.scale(factor, x.base, x.count)
}

public func dot(_ x: Matrix, _ y: Matrix) -> Float {
    precondition(x.count == y.count && x.isContiguous && y.isContiguous, "vectors of different lengths")
    return unsafe VectorTable.current.dot(x.base, y.base, x.count)
}

/// The sum of the squares, accumulated in double over fixed spans in order.
public func sumOfSquares(_ x: Matrix, on workers: Workers = .one) -> Double {
    precondition(x.isContiguous, "rows with gaps between them")
    let span = 1 << 18
    let spans = (x.count + span - 1) / span
    let flat = x.reshaped(rows: 1, columns: x.count)
    guard spans > 1 else { return unsafe VectorTable.current.sum_of_squares(x.base, x.count) }
    let partial = Partials(count: spans)
    workers.run(spans) { index in
        let part = flat[columns: index * span..<min((index + 1) * span, x.count)]
        partial[index] = unsafe VectorTable.current.sum_of_squares(part.base, part.count)
    }
    return partial.sum
}

/// Drops elements at `rate` and scales the rest by 1 / (1 - rate), in place (Srivastava et al., 2014).
///
/// Element i of the site follows half i % 8 of Philox block (seed, stream, i / 8), so that a mask is never stored.
/// - Parameters:
///   - rate: is rounded down to whole 65536ths.
///   - first: the index of the first element in its site, a multiple of 8.
public func dropout(_ x: Matrix, rate: Float, seed: UInt64, stream: UInt64, first: Int = 0) {
    precondition(x.isContiguous && first % 8 == 0 && rate >= 0 && rate < 1, "not a dropout")
    guard rate > 0, x.count > 0 else { return }
    unsafe VectorTable.current.dropout(x.base, x.count, seed, stream, UInt64(first), rate)
}

/// Sums of doubles that workers fill, each its own.
@safe final class Partials: @unchecked Sendable {
    private let base: UnsafeMutableBufferPointer<Double>
    init(count: Int) {
        unsafe base = .allocate(capacity: count)
        unsafe base.initialize(repeating: 0)
    }
    deinit { unsafe base.deallocate() }
    subscript(index: Int) -> Double {
        get { unsafe base[index] }
        set { unsafe base[index] = newValue }
    }
    var sum: Double { unsafe base.reduce(0, +) }
}
