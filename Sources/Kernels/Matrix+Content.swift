extension Matrix {
    /// Sets each element of contiguous rows from its index.
    public func fill(_ element: (Int) -> Float) {
        precondition(isContiguous, "rows with gaps between them")
        for index in 0..<count { unsafe base[index] = element(index) }
    }

    /// Whether no element is NaN or infinite.
    public var isFinite: Bool {
        for row in 0..<rows {
            // A sum of zero products is NaN as soon as one element is not finite.
            var sum: Float = 0
            for column in 0..<columns { sum += unsafe base[row * stride + column] * 0 }
            if sum != 0 || sum.isNaN { return false }
        }
        return true
    }

    /// The bytes of contiguous rows.
    public func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        precondition(isContiguous, "rows with gaps between them")
        return try unsafe body(UnsafeRawBufferPointer(start: base, count: count * 4))
    }

    /// The bytes of contiguous rows, to write.
    public func withMutableBytes<R, E: Error>(_ body: (UnsafeMutableRawBufferPointer) throws(E) -> R) throws(E) -> R {
        precondition(isContiguous, "rows with gaps between them")
        return try unsafe body(UnsafeMutableRawBufferPointer(start: base, count: count * 4))
    }
}
