extension Matrix {
    /// Sets each element of contiguous rows from its index.
    public func fill(_ element: (Int) -> Float) {
        precondition(isContiguous, "rows with gaps between them")
        for index in 0..<count { unsafe base[index] = element(index) }
    }

    /// Whether no element is NaN or infinite.
    public var isFinite: Bool {
        for row in 0..<rows {
            // Their exponents are all ones, and one more overflows into the bit of the sign.
            var flags: UInt32 = 0
            for column in 0..<columns { flags |= (unsafe base[row * stride + column].bitPattern & 0x7FFF_FFFF) &+ 0x0080_0000 }
            if flags >> 31 != 0 { return false }
        }
        return true
    }

    /// The largest of some contiguous elements.
    public var maximum: Float {
        precondition(isContiguous && count > 0, "rows with gaps between them, or none")
        var result = -Float.infinity
        for index in 0..<count { result = max(result, unsafe base[index]) }
        return result
    }

    /// Some rows, one after another.
    public func gathered(_ rows: some Collection<Int>) -> Matrix {
        let result = Matrix(unfilledRows: rows.count, columns: columns)
        for (place, row) in rows.enumerated() { result.row(place).assign(self.row(row)) }
        return result
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
