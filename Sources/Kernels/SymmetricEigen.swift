/// The eigenvectors of a symmetric matrix [n, n], a row each, by falling eigenvalue; the largest component of each is positive, so that
/// they do not depend on a sign that the solver chose.
public func symmetricEigenvectors(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
    precondition(matrix.rows == matrix.columns, "a square matrix")
    let order = matrix.rows
    var elements = matrix.elements.map(Double.init)
    let values = BLAS.eigenvectors(&elements, order: order)
    let vectors = Matrix(rows: order, columns: order)
    for place in 0..<order {
        let vector = elements[(order - 1 - place) * order..<(order - place) * order]
        let largest = vector.max { $0.magnitude < $1.magnitude } ?? 1
        for (column, value) in vector.enumerated() { vectors[place, column] = Float(largest < 0 ? -value : value) }
    }
    return (values.reversed(), vectors)
}
