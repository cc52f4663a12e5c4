import Kernels
import Testing

@Suite struct MatrixTests {
    private let matrix = Matrix(rows: 3, columns: 4, (0..<12).map(Float.init))

    @Test func viewsShareElements() {
        let view = matrix[rows: 1..<3][columns: 1..<3]
        #expect(view.elements == [5, 6, 9, 10])
        #expect(!view.isContiguous && view.row(0).isContiguous)
        view[1, 1] = 100
        #expect(matrix[2, 2] == 100)
        view.fill(7)
        #expect(matrix.elements == [0, 1, 2, 3, 4, 7, 7, 7, 8, 7, 7, 11])
    }

    @Test func copiesDoNot() {
        let copy = matrix[columns: 2..<4].copy()
        #expect(copy.isContiguous && copy.elements == [2, 3, 6, 7, 10, 11])
        copy[0, 0] = 9
        #expect(matrix[0, 2] == 2)
    }

    @Test func emptyMatrices() {
        #expect(matrix[rows: 3..<3].elements == [])
        #expect(Matrix(rows: 0, columns: 5).count == 0)
        #expect(Matrix(rows: 0, columns: 5).isFinite)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func numbersThatAreNoneAreSeen(value: Float) {
        #expect(matrix.isFinite)
        matrix[2, 3] = value
        #expect(!matrix.isFinite)
        #expect(matrix[columns: 0..<3].isFinite)
    }

    @Test func hugeNumbersAreFinite() {
        matrix.fill(.greatestFiniteMagnitude)
        #expect(matrix.isFinite)
    }

    @Test func viewsBeyondTheStorageTrap() async {
        await #expect(processExitsWith: .failure) { _ = Matrix(rows: 2, columns: 2)[rows: 1..<3] }
        await #expect(processExitsWith: .failure) { _ = Matrix(rows: 2, columns: 2)[0, 2] }
        await #expect(processExitsWith: .failure) {
            _ = Matrix(storage: FloatStorage(count: 5), offset: 2, rows: 2, columns: 2)
        }
    }
}
