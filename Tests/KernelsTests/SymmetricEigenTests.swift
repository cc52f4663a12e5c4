import Testing

@testable import Kernels

/// Eigenvectors of symmetric matrices.
@Suite struct SymmetricEigenTests {
    @Test func aDiagonalMatrixHasItsAxes() {
        let (values, vectors) = symmetricEigenvectors(Matrix(rows: 3, columns: 3, [2, 0, 0, 0, -1, 0, 0, 0, 5]))
        #expect(zip(values, [5, 2, -1]).allSatisfy { ($0 - $1).magnitude < 1e-12 })
        #expect(vectors.elements == [0, 0, 1, 1, 0, 0, 0, 1, 0])
        #expect(symmetricEigenvectors(Matrix(rows: 0, columns: 0)).values == [])
    }

    /// A v = lambda v, the vectors are orthonormal, and none points the other way round.
    @Test func theyAreWhatTheDefinitionSays() {
        let size = 40
        let half = Matrix(rows: size, columns: size, (0..<size * size).map { Float(($0 * 7919) % 101) / 50 - 1 })
        let matrix = Matrix(rows: size, columns: size)
        multiply(half, half.transposed, into: matrix)
        let (values, vectors) = symmetricEigenvectors(matrix)
        #expect(values == values.sorted(by: >) && values.allSatisfy { $0 > -1e-3 })
        let products = Matrix(rows: size, columns: size)
        multiply(vectors, vectors.transposed, into: products)
        for a in 0..<size {
            for b in 0..<size { #expect((products[a, b] - (a == b ? 1 : 0)).magnitude < 1e-5) }
            #expect(vectors.row(a).elements.max { $0.magnitude < $1.magnitude }! > 0)
        }
        multiply(vectors, matrix, into: products)
        for place in 0..<size {
            for column in 0..<size { #expect((Double(products[place, column]) - values[place] * Double(vectors[place, column])).magnitude < 1e-3) }
        }
    }
}
