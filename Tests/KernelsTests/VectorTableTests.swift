import CVectorMath
import Randomness
import Testing

@testable import Kernels

/// Every table of this processor against oracles in doubles, at every length of tail.
@Suite struct VectorTableTests {
    static let tables = VectorTable.available

    private func table(_ name: String) -> vector_kernels { unsafe vector_kernels_named(name)!.pointee }

    @Test func theBaselineIsAlwaysThere() {
        #expect(VectorTable.available.contains("scalar") || VectorTable.available.contains("neon"))
        #expect(VectorTable.available.contains(VectorTable.name))
        #expect(unsafe vector_kernels_named("mmx") == nil)
    }

    @Test(arguments: tables, lengths)
    func gelu(name: String, count: Int) {
        let x = draws(count, seed: 1, scale: 2) + [30, -30]
        var (u, y) = (x, [Float](repeating: .nan, count: x.count))
        unsafe table(name).gelu(&u, &y, x.count)
        #expect(agree(u, x.doubles.map(Oracle.geluSlope), absolute: 2e-6))
        #expect(agree(y, x.doubles.map(Oracle.gelu)))
        let before = y
        unsafe table(name).multiply(&y, u, y.count)
        #expect(y == zip(before, u).map { $0 * $1 })
    }

    /// The fitted normal distribution function, over its whole range.
    @Test(arguments: tables)
    func geluIsExactEverywhere(name: String) {
        var u = stride(from: Float(-12), through: 12, by: 1 / 128).map { $0 }
        let points = u
        var y = u
        unsafe table(name).gelu(&u, &y, u.count)
        for (x, value) in zip(points, y) {
            #expect((Double(value) - Oracle.gelu(Double(x))).magnitude <= 2e-7 * max(1, Double(x.magnitude)))
        }
    }

    @Test(arguments: tables, lengths)
    func softmax(name: String, columns: Int) {
        for magnitude in [0.01, 1, 30, 1e4] as [Float] {
            var x = draws(4 * columns, seed: 4, scale: magnitude)
            let expected = x.rows(columns).map { Oracle.softmax($0, scale: Double(Float(0.2))) }
            unsafe table(name).softmax(&x, 0.2, 4, columns)
            #expect(agree(x, expected.flatMap { $0 }, relative: 1e-5 * Double(max(1, magnitude / 30)), absolute: 1e-7))
            for row in x.rows(columns) { #expect((row.reduce(0, +) - 1).magnitude < 2e-6) }
            var gradient = draws(4 * columns, seed: 5)
            let slopes = zip(x.rows(columns), gradient.rows(columns)).flatMap { p, d in
                let sum = zip(p, d).reduce(0) { $0 + $1.0 * $1.1 }
                return zip(p, d).map { Double(Float(0.2)) * $0 * ($1 - sum) }
            }
            unsafe table(name).softmax_gradient(x, &gradient, 0.2, 4, columns)
            #expect(agree(gradient, slopes))
        }
    }

    @Test(arguments: tables, lengths)
    func layerNorm(name: String, columns: Int) {
        for (centre, spread) in [(0, 1), (50, 0.5), (0, 1e-3), (3, 0)] as [(Float, Float)] {
            let x = draws(3 * columns, seed: 6, scale: spread).map { $0 + centre }
            let (gain, offset) = (draws(columns, seed: 7), draws(columns, seed: 8))
            var (normalised, inverse, y) = (x, [Float](repeating: 0, count: 3), x)
            unsafe table(name).layer_norm(x, gain, offset, 1e-5, &normalised, &inverse, &y, 3, columns)
            let expected = x.rows(columns).map { Oracle.layerNorm($0, epsilon: 1e-5) }
            // What a mean in single precision can lose: its last bits, magnified by the division.
            let slack = 2e-6 + Double(centre) * 3e-7 * expected.map(\.inverse).max()!
            #expect(agree(normalised, expected.flatMap(\.normalised), absolute: slack))
            #expect(agree(inverse, expected.map(\.inverse), relative: 1e-5))
            for (index, value) in y.enumerated() {
                #expect((value - (normalised[index] * gain[index % columns] + offset[index % columns])).magnitude < 1e-5)
            }
            // In place, as the encoder does.
            var inPlace = x
            unsafe inPlace.withUnsafeMutableBufferPointer {
                unsafe table(name).layer_norm($0.baseAddress!, gain, offset, 1e-5, $0.baseAddress!, &inverse, &y, 3, columns)
            }
            #expect(inPlace == normalised)
        }
    }

    @Test(arguments: tables, lengths)
    func layerNormGradient(name: String, columns: Int) {
        let (dy, gain) = (draws(3 * columns, seed: 9), draws(columns, seed: 10))
        let (normalised, inverse) = (draws(3 * columns, seed: 11), [0.5, 2, 1] as [Float])
        var expected: [Double] = []
        var (gains, offsets) = ([Double](repeating: 1, count: columns), [Double](repeating: 2, count: columns))
        for (row, (d, n)) in zip(dy.rows(columns), normalised.rows(columns)).enumerated() {
            let g = zip(d, gain.doubles).map { $0 * $1 }
            let mean = g.reduce(0, +) / Double(columns)
            let slope = zip(g, n).reduce(0) { $0 + $1.0 * $1.1 } / Double(columns)
            expected += zip(g, n).map { Double(inverse[row]) * ($0 - mean - $1 * slope) }
            for column in 0..<columns {
                gains[column] += d[column] * n[column]
                offsets[column] += d[column]
            }
        }
        var (dx, ourGains, ourOffsets) = (dy, [Float](repeating: 1, count: columns), [Float](repeating: 2, count: columns))
        unsafe table(name).layer_norm_gradient(dy, normalised, inverse, gain, &dx, &ourGains, &ourOffsets, 3, columns)
        #expect(agree(dx, expected, absolute: 1e-5))
        #expect(agree(ourGains, gains, absolute: 1e-5))
        #expect(agree(ourOffsets, offsets, absolute: 1e-5))
        var inPlace = dy
        unsafe inPlace.withUnsafeMutableBufferPointer {
            unsafe table(name).layer_norm_gradient(
                $0.baseAddress!, normalised, inverse, gain, $0.baseAddress!, nil, nil, 3, columns)
        }
        #expect(agree(inPlace, expected, absolute: 1e-5))
    }

    @Test(arguments: tables, lengths)
    func sumsAndProducts(name: String, columns: Int) {
        let (x, y, bias) = (draws(3 * columns, seed: 12), draws(3 * columns, seed: 13), draws(columns, seed: 14))
        let table = unsafe table(name)
        var start = x
        unsafe table.bias_rows(&start, bias, y, 3, columns)
        #expect(start == x.indices.map { bias[$0 % columns] + y[$0] })
        unsafe table.bias_rows(&start, bias, nil, 3, columns)
        #expect(start == x.indices.map { bias[$0 % columns] })
        var sums = bias
        unsafe table.column_sums(x, &sums, 3, columns)
        #expect(agree(sums, (0..<columns).map { c in (0..<3).reduce(Double(bias[c])) { $0 + Double(x[$1 * columns + c]) } }))
        var moved = y
        unsafe table.axpy(-1.5, x, &moved, x.count)
        #expect(agree(moved, zip(x, y).map { Double($1) - 1.5 * Double($0) }))
        moved = x
        unsafe table.scale(-3, &moved, x.count)
        #expect(moved == x.map { -3 * $0 })
        let product = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let dot = unsafe table.dot(x, y, x.count)
        #expect((Double(dot) - product).magnitude < 1e-5 * Double(x.count).squareRoot())
        let squares = x.reduce(0.0) { $0 + Double($1) * Double($1) }
        let ours = unsafe table.sum_of_squares(x, x.count)
        #expect((ours - squares).magnitude < 1e-12 * squares)
    }

    @Test(arguments: tables)
    func tangents(name: String) {
        var x = draws(1003, seed: 15) + [0, -0.0, 1e-20, -1e-6, 0.2499999, 0.25, 0.2500001, 9, -9, 50, -50, 1e30, -1e30]
        x += stride(from: Float(-4), through: 4, by: 1 / 256)
        let expected = x.doubles.map(Oracle.tangent)
        unsafe table(name).tanh_forward(&x, x.count)
        #expect(agree(x, expected, relative: 4e-7, absolute: 0))
    }

    @Test(arguments: tables, [1, 4, 127, 128, 129, 1000])
    func dropoutFollowsTheCounter(name: String, count: Int) {
        let x = draws(count, seed: 16)
        let (seed, stream, first): (UInt64, UInt64, UInt64) = (0xDEAD_BEEF_1234, 77 << 40 | 5, 4 << 33)
        var ours = x
        unsafe table(name).dropout(&ours, count, seed, stream, first, 0.1)
        for index in 0..<count {
            let block = Philox(seed: seed).block(stream: stream, index: (first + UInt64(index)) / 8)
            let half = block[index % 8 / 2] >> (index % 2 == 0 ? 0 : 16) & 0xFFFF
            let threshold = UInt32(0.1 * 65536)
            let kept = x[index] * 65536 / Float(65536 - threshold)
            #expect(half < threshold ? ours[index] == 0 : (ours[index] - kept).magnitude <= 2e-7 * x[index].magnitude)
        }
    }

    @Test(arguments: tables)
    func dropoutKeepsItsRateAndItsPlaces(name: String) {
        var whole = [Float](repeating: 1, count: 100_000)
        unsafe table(name).dropout(&whole, whole.count, 1, 2, 0, 0.3)
        #expect((whole.count { $0 == 0 } - 30_000).magnitude < 600)
        // A part draws what the whole draws there.
        var part = [Float](repeating: 1, count: 5000)
        unsafe table(name).dropout(&part, part.count, 1, 2, 4440, 0.3)
        #expect(part == Array(whole[4440..<9440]))
    }

    @Test(arguments: tables, lengths)
    func adamW(name: String, count: Int) {
        let g = draws(count, seed: 17)
        var (w, m, v) = (draws(count, seed: 18), draws(count, seed: 19, scale: 0.1), draws(count, seed: 20).map { $0 * $0 })
        let before = (w.doubles, m.doubles, v.doubles)
        unsafe table(name).adamw(&w, g, &m, &v, count, 0.5, 1 - 1e-4, 1e-2 / 0.19, 1 / Float(0.002).squareRoot(), 0.9, 0.999, 1e-8)
        var expected = before
        for i in 0..<count {
            let gradient = Double(g[i]) * 0.5
            expected.1[i] = 0.9 * before.1[i] + 0.1 * gradient
            expected.2[i] = 0.999 * before.2[i] + 0.001 * gradient * gradient
            expected.0[i] = before.0[i] * (1 - 1e-4)
                - 1e-2 * (expected.1[i] / 0.19) / ((expected.2[i] / 0.002).squareRoot() + 1e-8)
        }
        #expect(agree(w, expected.0) && agree(m, expected.1) && agree(v, expected.2))
    }

    /// Steps without a gradient that are made up for at once are those made one by one.
    @Test(arguments: tables, lengths)
    func adamWCatchesUp(name: String, count: Int) {
        let steps: [Float] = (1...9).map { Float($0) }.flatMap { (n: Float) -> [Float] in [1 - 1e-5 * n, 1e-3 * n, 1 + 1 / n] }
        for scale in [0, 0.1] as [Float] {
            var (w, m, v) = (draws(count, seed: 21), draws(count, seed: 22, scale: scale), draws(count, seed: 23).map { $0 * $0 * scale })
            var (w2, m2, v2) = (w, m, v)
            let still = [Float](repeating: 0, count: count)
            for step in 0..<9 {
                unsafe table(name).adamw(&w, still, &m, &v, count, 0.5, steps[3 * step], steps[3 * step + 1], steps[3 * step + 2], 0.9, 0.999, 1e-8)
            }
            unsafe table(name).adamw_still(&w2, &m2, &v2, count, steps, 9, 0.9, 0.999, 1e-8)
            #expect(w == w2 && m == m2 && v == v2)
        }
    }
}
