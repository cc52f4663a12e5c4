import Kernels
import Testing

/// The kernels over matrices: the same bits for every number of threads, whose spans do not depend on it.
@Suite struct RowKernelsTests {
    private func same(_ body: (Workers) -> [Float]) {
        let one = body(.one)
        for count in [2, 3, 8] { #expect(body(Workers(count: count)) == one) }
    }

    @Test(arguments: [1, 47, 48, 300, 1000])
    func threadsDoNotMatter(rows: Int) {
        let x = drawn(rows, 26, seed: 1)
        let bias = drawn(1, 26, seed: 2)
        same { workers in
            let sums = bias.copy()
            addColumnSums(x, to: sums, on: workers)
            return sums.elements
        }
    }

    /// A tile of a larger matrix, whose rows have gaps between them, is treated as the same rows without.
    @Test func tilesAreAsWholeMatrices() {
        let (x, bias) = (drawn(9, 40, seed: 1), drawn(1, 17, seed: 2))
        let columns = 16..<33
        let (whole, result) = (x[columns: columns].copy(), Matrix(rows: 9, columns: 17))
        addBiasGELU(whole, bias: bias, into: result)
        let (u, y) = (x.copy(), Matrix(rows: 9, columns: 40))
        addBiasGELU(u[columns: columns], bias: bias, into: y[columns: columns])
        #expect(u[columns: columns].elements == whole.elements && y[columns: columns].elements == result.elements)
        scale(u[columns: columns], by: y[columns: columns])
        scale(whole, by: result)
        addBias(u[columns: columns], bias)
        addBias(whole, bias)
        #expect(u[columns: columns].elements == whole.elements)
        #expect(u[columns: 0..<16].elements == x[columns: 0..<16].elements && u[columns: 33..<40].elements == x[columns: 33..<40].elements)
    }

    @Test(arguments: [1, 63, 64, 65, 700])
    func columnSumsAreAdded(rows: Int) {
        let (x, sums) = (drawn(rows, 5, seed: 3), Matrix(rows: 1, columns: 5, [1, 2, 3, 4, 5]))
        addColumnSums(x, to: sums)
        let expected = (0..<5).map { column in
            x.elements.rows(5).reduce(Double(column + 1)) { $0 + $1[column] }
        }
        #expect(agree(sums.elements, expected, absolute: 2e-5))
    }

    @Test func squaresAreAddedInFixedSpans() {
        let x = drawn(3, 400_000, seed: 4).reshaped(rows: 1, columns: 1_200_000)
        let one = sumOfSquares(x)
        for count in [2, 3] { #expect(sumOfSquares(x, on: Workers(count: count)) == one) }
        #expect((one - x.elements.reduce(0.0) { $0 + Double($1) * Double($1) }).magnitude < 1e-9 * one)
    }

    @Test func viewsWithGapsAreAdded() {
        let (x, y) = (drawn(4, 10, seed: 5), drawn(4, 6, seed: 6))
        let before = x.copy()
        addScaled(2, y[columns: 1..<5], to: x[columns: 3..<7])
        for row in 0..<4 {
            for column in 0..<10 {
                let added = (3..<7).contains(column) ? 2 * y[row, column - 2] : 0
                #expect((x[row, column] - before[row, column] - added).magnitude < 1e-6)
            }
        }
    }

    @Test func factorsScaleElementByElement() {
        let x = Matrix(rows: 1, columns: 3, [1, 2, 3])
        scale(x, by: Matrix(rows: 1, columns: 3, [2, 0, -1]))
        #expect(x.elements == [2, 0, -3])
    }
}
