import Kernels
import Testing

/// The kernels over matrices: the same bits for every number of threads, whose spans do not depend on it.
@Suite struct RowKernelsTests {
    /// The gradients of several layers, and of one, against doubles; the same bits for every number of threads.
    @Test(arguments: [1, 47, 300])
    func gradientsOfDenseLayersAreAdded(rows: Int) {
        let shapes: [(out: Int, in: Int)] = [(3, 5), (70, 130), (200, 33)]
        let pairs = shapes.enumerated().map { (drawn(rows, $1.out, seed: 2 * UInt64($0)), drawn(rows, $1.in, seed: 2 * UInt64($0) + 1)) }
        for count in [1, 3] {
            let results = [1, 2, 3, 8].map { threads in
                let sums = shapes.prefix(count).map { (weight: drawn($0.out, $0.in, seed: 9), bias: drawn(1, $0.out, seed: 8)) }
                accumulate(
                    zip(pairs, sums).map { DenseGradient($0.0, input: $0.1, weight: $1.weight, bias: $1.bias) },
                    on: Workers(count: threads))
                return sums.map { $0.weight.elements + $0.bias.elements }
            }
            for result in results { #expect(result == results[0]) }
            for (index, shape) in shapes.prefix(count).enumerated() {
                let (gradient, input) = pairs[index]
                let (weight, bias) = (drawn(shape.out, shape.in, seed: 9), drawn(1, shape.out, seed: 8))
                let expected = (0..<shape.out * shape.in).map { place in
                    let (row, column) = (place / shape.in, place % shape.in)
                    return (0..<rows).reduce(Double(weight[row, column])) { $0 + Double(gradient[$1, row]) * Double(input[$1, column]) }
                }
                let sums = (0..<shape.out).map { row in (0..<rows).reduce(Double(bias[0, row])) { $0 + Double(gradient[$1, row]) } }
                #expect(agree(results[0][index], expected + sums, relative: 1e-5, absolute: 2e-5))
            }
        }
    }

    /// A tile of a larger matrix, whose rows have gaps between them, is treated as the same rows without.
    @Test func tilesAreAsWholeMatrices() {
        let x = drawn(9, 40, seed: 1)
        let columns = 16..<33
        let (whole, result) = (x[columns: columns].copy(), Matrix(rows: 9, columns: 17))
        applyGELU(whole, into: result)
        let (u, y) = (x.copy(), Matrix(rows: 9, columns: 40))
        applyGELU(u[columns: columns], into: y[columns: columns])
        #expect(u[columns: columns].elements == whole.elements && y[columns: columns].elements == result.elements)
        scale(u[columns: columns], by: y[columns: columns])
        scale(whole, by: result)
        #expect(u[columns: columns].elements == whole.elements)
        #expect(u[columns: 0..<16].elements == x[columns: 0..<16].elements && u[columns: 33..<40].elements == x[columns: 33..<40].elements)
    }

    /// Products in tiles, with what is added to them, against doubles; the same bits for every number of threads.
    @Test(arguments: [(1, 1), (5, 33), (33, 5), (130, 700), (700, 130)])
    func productsAddWhatGoesPast(rows: Int, columns: Int) {
        let (a, b) = (drawn(rows, 19, seed: 1), drawn(columns, 19, seed: 2))
        let (bias, past) = (drawn(1, columns, seed: 3), drawn(rows, columns, seed: 4))
        for past in [nil, past] {
            let results = [1, 2, 3].map { threads in
                let c = Matrix(rows: rows, columns: columns)
                let finished = Matrix(rows: rows, columns: columns)
                multiply(a, b.transposed, bias: bias, past: past, into: c, on: Workers(count: threads)) { rows, columns in
                    finished[rows: rows][columns: columns].fill(1)
                }
                #expect(finished.elements.allSatisfy { $0 == 1 }, "every tile is finished")
                return c.elements
            }
            #expect(results[0] == results[1] && results[0] == results[2])
            let expected = (0..<rows * columns).map { index in
                let (row, column) = (index / columns, index % columns)
                let added = Double(bias[0, column]) + Double(past?[row, column] ?? 0)
                return (0..<19).reduce(added) { $0 + Double(a[row, $1]) * Double(b[column, $1]) }
            }
            #expect(agree(results[0], expected, relative: 1e-5, absolute: 1e-5))
        }
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
