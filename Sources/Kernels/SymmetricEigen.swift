import COpenBLAS

/// The eigenvectors of a symmetric matrix [n, n], a row each, by falling eigenvalue; the largest component of each is positive, so that
/// they do not depend on a sign that the solver chose (LAPACK's dsyevd, in double).
public func symmetricEigenvectors(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    _ = BLAS.isReady
    let order = matrix.rows
    guard order > 0 else { return ([], Matrix(rows: 0, columns: 0)) }
    var (elements, values) = (matrix.elements.map(Double.init), [Double](repeating: 0, count: order))
    var (size, leading, info) = (Int32(order), Int32(order), Int32(0))
    var (workSize, integerSize) = (Int32(1 + 6 * order + 2 * order * order), Int32(3 + 5 * order))
    var (work, integers) = ([Double](repeating: 0, count: Int(workSize)), [Int32](repeating: 0, count: Int(integerSize)))
    unsafe dsyevd_("V", "U", &size, &elements, &leading, &values, &work, &workSize, &integers, &integerSize, &info)
    precondition(info == 0, "the eigenvectors of finite numbers")
    let vectors = Matrix(rows: order, columns: order)
    for place in 0..<order {
        // Fortran keeps a vector a column, by rising value.
        let vector = elements[(order - 1 - place) * order..<(order - place) * order]
        let largest = vector.max { $0.magnitude < $1.magnitude } ?? 1
        for (column, value) in vector.enumerated() { vectors[place, column] = Float(largest < 0 ? -value : value) }
    }
    return (values.reversed(), vectors)
}
