import Testing

@testable import Kernels

@Suite struct ProductTests {
    /// a b in doubles, element by element.
    private func naive(_ a: Matrix, _ b: Matrix, transposed: (Bool, Bool), rows: Int, inner: Int, columns: Int) -> [Double] {
        (0..<rows * columns).map { place in
            let (row, column) = (place / columns, place % columns)
            return (0..<inner).reduce(0.0) { sum, k in
                let left = transposed.0 ? a[k, row] : a[row, k]
                let right = transposed.1 ? b[column, k] : b[k, column]
                return sum + Double(left) * Double(right)
            }
        }
    }

    @Test(arguments: [(1, 1, 1), (1, 26, 7), (5, 3, 1), (26, 26, 26), (17, 100, 33), (128, 26, 128), (200, 312, 64)])
    func productsAgreeWithTheNaiveOnes(rows: Int, inner: Int, columns: Int) {
        let slack = 2e-6 * Double(inner).squareRoot() * 4
        for transposed in [(false, false), (false, true), (true, false), (true, true)] {
            // Views into wider matrices, so that strides matter.
            let (left, right) = (transposed.0 ? (inner, rows) : (rows, inner), transposed.1 ? (columns, inner) : (inner, columns))
            let a = drawn(left.0, left.1 + 3, seed: 1)[columns: 2..<left.1 + 2]
            let b = drawn(right.0, right.1 + 5, seed: 2)[columns: 5..<right.1 + 5]
            let expected = naive(a, b, transposed: transposed, rows: rows, inner: inner, columns: columns)
            func product(into c: Matrix, alpha: Float, beta: Float) {
                switch transposed {
                case (false, false): multiply(a, b, into: c, alpha: alpha, beta: beta)
                case (false, true): multiply(a, b.transposed, into: c, alpha: alpha, beta: beta)
                case (true, false): multiply(a.transposed, b, into: c, alpha: alpha, beta: beta)
                case (true, true): multiply(a.transposed, b.transposed, into: c, alpha: alpha, beta: beta)
                }
            }
            let wide = Matrix(rows: rows, columns: columns + 4)
            wide.fill(.nan)
            let c = wide[columns: 1..<columns + 1]
            product(into: c, alpha: 1, beta: 0)
            #expect(agree(c.elements, expected, absolute: slack))
            #expect(wide[0, 0].isNaN && wide[rows - 1, columns + 1].isNaN)
            product(into: c, alpha: -2, beta: 1)
            #expect(agree(c.elements, expected.map { -$0 }, absolute: 3 * slack))
        }
    }

    @Test(arguments: [1, 48, 49, 333])
    func threadsDoNotMatter(rows: Int) {
        let (a, b) = (drawn(rows, 50, seed: 3), drawn(50, 31, seed: 4))
        func product(_ count: Int) -> [Float] {
            let c = Matrix(rows: rows, columns: 31)
            multiply(a, b, into: c, on: Workers(count: count))
            return c.elements
        }
        for count in [2, 3, 8] { #expect(product(count) == product(1)) }
        func transposed(_ count: Int) -> [Float] {
            let c = Matrix(rows: 50, columns: 50)
            multiply(a.transposed, a, into: c, on: Workers(count: count))
            return c.elements
        }
        for count in [2, 3, 8] { #expect(transposed(count) == transposed(1)) }
    }

    /// The library's kernels are those of this processor, also where the library does not know it.
    @Test func theLibraryUsesTheProcessor() {
        #expect(blasVersion.contains("OpenBLAS"))
        if VectorTable.available.contains("avx2") { #expect(!blasVersion.contains("Prescott")) }
    }
}
