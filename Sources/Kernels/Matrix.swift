/// A view of rows of floats in a storage that it keeps alive: copies share the elements, as tensors do.
///
/// Rows stand `stride` elements apart. A view never reaches beyond its storage; that is checked when it is made.
public struct Matrix: Sendable {
    public let storage: FloatStorage
    public let offset: Int
    public let rows: Int
    public let columns: Int
    public let stride: Int

    public init(storage: FloatStorage, offset: Int, rows: Int, columns: Int, stride: Int? = nil) {
        let stride = stride ?? columns
        precondition(offset >= 0 && rows >= 0 && columns >= 0 && stride >= columns, "not a matrix")
        precondition(
            rows == 0 || offset + (rows - 1) * stride + columns <= storage.count, "a view beyond its storage")
        (self.storage, self.offset, self.rows, self.columns, self.stride) = (storage, offset, rows, columns, stride)
    }

    /// A new matrix of zeros.
    public init(rows: Int, columns: Int) {
        self.init(storage: FloatStorage(count: rows * columns), offset: 0, rows: rows, columns: columns)
    }

    /// A new matrix of any numbers, for one that is overwritten as a whole.
    public init(unfilledRows rows: Int, columns: Int) {
        self.init(storage: FloatStorage(count: rows * columns, isZero: false), offset: 0, rows: rows, columns: columns)
    }

    public init(rows: Int, columns: Int, _ elements: some Collection<Float>) {
        precondition(elements.count == rows * columns, "a matrix of another size")
        self.init(rows: rows, columns: columns)
        for (index, element) in elements.enumerated() { unsafe base[index] = element }
    }

    public var count: Int { rows * columns }
    public var isContiguous: Bool { stride == columns || rows <= 1 }

    /// Safety: the view was checked against its storage, which it keeps alive.
    var base: UnsafeMutablePointer<Float> { unsafe storage.base + offset }

    public subscript(row: Int, column: Int) -> Float {
        get {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
            return unsafe base[row * stride + column]
        }
        nonmutating set {
            precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
            unsafe base[row * stride + column] = newValue
        }
    }

    public subscript(rows range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows outside the matrix")
        return Matrix(
            storage: storage, offset: offset + range.lowerBound * stride, rows: range.count, columns: columns,
            stride: stride)
    }

    public subscript(columns range: Range<Int>) -> Matrix {
        precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns outside the matrix")
        return Matrix(
            storage: storage, offset: offset + range.lowerBound, rows: rows, columns: range.count, stride: stride)
    }

    /// The same elements in rows of another length.
    public func reshaped(rows: Int, columns: Int) -> Matrix {
        precondition(isContiguous && rows * columns == count, "not the same elements")
        return Matrix(storage: storage, offset: offset, rows: rows, columns: columns)
    }

    public func row(_ index: Int) -> Matrix { self[rows: index..<index + 1] }

    /// The elements in row order.
    public var elements: [Float] {
        unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            for row in 0..<rows {
                for column in 0..<columns { unsafe buffer[row * columns + column] = base[row * stride + column] }
            }
            filled = count
        }
    }

    public func copy() -> Matrix {
        let result = Matrix(unfilledRows: rows, columns: columns)
        result.assign(self)
        return result
    }

    /// Copies the elements of `source`, which may not overlap.
    public func assign(_ source: Matrix) {
        precondition(source.rows == rows && source.columns == columns, "a matrix of another shape")
        guard count > 0 else { return }
        if isContiguous && source.isContiguous {
            unsafe base.update(from: source.base, count: count)
        } else {
            for row in 0..<rows {
                unsafe (base + row * stride).update(from: source.base + row * source.stride, count: columns)
            }
        }
    }

    public func fill(_ value: Float) {
        let (runs, length) = isContiguous ? (min(rows, 1), rows * columns) : (rows, columns)
        for run in 0..<runs {
            let start = unsafe base + run * stride
            if value.bitPattern == 0 {
                // Becomes a memset, which does not read what it clears.
                unsafe UnsafeMutableRawPointer(start).initializeMemory(as: UInt8.self, repeating: 0, count: 4 * length)
            } else {
                unsafe start.update(repeating: value, count: length)
            }
        }
    }
}
