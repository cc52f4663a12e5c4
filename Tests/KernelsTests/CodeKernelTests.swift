import CVectorMath
import Randomness
import Testing

@testable import Kernels

/// The kernels of stored numbers and codes: every table of this processor, at every length of tail.
@Suite struct CodeKernelTests {
    private func table(_ name: String) -> vector_kernels { unsafe vector_kernels_named(name)!.pointee }

    /// Every number, as the plain conversions have it, which are tested by definition.
    @Test(arguments: VectorTable.available)
    func halfPrecisions(name: String) {
        let strange = (0...UInt16.max).filter { $0 & 0x7C00 == 0x7C00 }
        var wide = [Float](repeating: 0, count: strange.count)
        unsafe table(name).widen_float16(strange, &wide, strange.count)
        #expect(wide.map(\.bitPattern) == strange.map { widenFloat16($0).bitPattern })

        let all = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
        wide = [Float](repeating: 0, count: all.count)
        var narrow = [UInt16](repeating: 0, count: all.count)
        unsafe table(name).widen_float16(all, &wide, all.count)
        #expect(wide.map(\.bitPattern) == all.map { widenFloat16($0).bitPattern })
        unsafe table(name).narrow_float16(wide, &narrow, all.count)
        #expect(narrow == all)
        let between = (0..<all.count - 1).map { (wide[$0] + wide[$0 + 1]) / 2 } + draws(1000, seed: 3, scale: 100)
        narrow = [UInt16](repeating: 0, count: between.count)
        unsafe table(name).narrow_float16(between, &narrow, between.count)
        #expect(narrow == between.map(narrowFloat16))

        let brains = (0...UInt16.max).filter { $0 & 0x7F80 != 0x7F80 }
        wide = [Float](repeating: 0, count: brains.count)
        unsafe table(name).widen_bfloat16(brains, &wide, brains.count)
        #expect(wide.map(\.bitPattern) == brains.map { UInt32($0) << 16 })
        let beside = brains.map { Float(bitPattern: UInt32($0) << 16 | 0x8000) } + draws(1000, seed: 4, scale: 1e20)
        narrow = [UInt16](repeating: 0, count: beside.count)
        unsafe table(name).narrow_bfloat16(beside, &narrow, beside.count)
        #expect(narrow == beside.map(narrowBFloat16))
    }

    @Test(arguments: VectorTable.available, lengths)
    func tails(name: String, count: Int) {
        let x = draws(count, seed: 5, scale: 3)
        var (narrow, wide) = ([UInt16](repeating: 0, count: count + 1), [Float](repeating: 7, count: count + 1))
        unsafe table(name).narrow_float16(x, &narrow, count)
        unsafe table(name).widen_float16(narrow, &wide, count)
        #expect(wide == x.map { widenFloat16(narrowFloat16($0)) } + [7] && narrow[count] == 0)
        unsafe table(name).narrow_bfloat16(x, &narrow, count)
        unsafe table(name).widen_bfloat16(narrow, &wide, count)
        #expect(wide == x.map { widenBFloat16(narrowBFloat16($0)) } + [7] && narrow[count] == 0)
        #expect(unsafe table(name).largest(x, count) == x.map(\.magnitude).max())
        #expect(unsafe table(name).largest(x, 0) == 0)
        var product = x + [7]
        let (factors, addends) = (draws(count, seed: 6), draws(count, seed: 7))
        unsafe table(name).multiply_add(&product, factors, addends, count)
        // Fused or not: one rounding or two.
        for (index, value) in product.dropLast().enumerated() {
            let exact = Double(x[index]) * Double(factors[index]) + Double(addends[index])
            #expect((Double(value) - exact).magnitude <= 2e-7 * (Double(x[index] * factors[index]).magnitude + exact.magnitude))
        }
        #expect(product[count] == 7)
    }

    @Test(arguments: VectorTable.available, lengths)
    func codesOfEightBits(name: String, count: Int) {
        let codes = (0..<count).map { Int8(truncatingIfNeeded: $0 * 37 - 128) }
        var wide = [Float](repeating: 7, count: count + 1)
        unsafe table(name).widen_int8(codes, 0.03, &wide, count)
        #expect(wide == codes.map { Float($0) * 0.03 } + [7])
        let x = draws(count, seed: 8, scale: 70) + [0.5, 1.5, 2.5, -0.5, -1.5, 127.4, 127.6, 300, -127.6, -300]
        var narrow = [Int8](repeating: 99, count: x.count + 1)
        unsafe table(name).narrow_int8(x, 1, &narrow, x.count)
        #expect(narrow == x.map { Int8(max(-127, min(127, $0.rounded(.toNearestOrEven)))) } + [99])
    }

    @Test(arguments: VectorTable.available, lengths)
    func codesOfFourBits(name: String, count: Int) {
        let bytes = (0..<(count + 1) / 2).map { UInt8(truncatingIfNeeded: $0 * 77 + 0x89) }
        var wide = [Float](repeating: 7, count: count + 1)
        unsafe table(name).widen_int4(bytes, 0.2, &wide, count)
        let expected = (0..<count).map { index in
            let half = index % 2 == 0 ? bytes[index / 2] & 0xF : bytes[index / 2] >> 4
            return Float(half < 8 ? Int(half) : Int(half) - 16) * 0.2
        }
        #expect(wide == expected + [7])
    }

    /// Each code is the nearest under its scale, and no scale of those tried has less error.
    @Test(arguments: VectorTable.available, lengths)
    func groupsOfFourBits(name: String, count: Int) {
        for magnitude in [1e-9, 1e-6, 0.01, 1, 1e4] as [Float] {
            let x = draws(count, seed: 10, scale: magnitude)
            let groups = (count + 31) / 32
            var (codes, scales) = ([UInt8](repeating: 0x77, count: (count + 1) / 2 + 1), [UInt16](repeating: 9, count: groups + 1))
            unsafe table(name).narrow_int4(x, &codes, &scales, count)
            #expect(codes.last == 0x77 && scales.last == 9)
            if count % 2 == 1 { #expect(codes[count / 2] >> 4 == 0) }
            func error(_ numbers: ArraySlice<Float>, _ scale: Float, _ code: (Int, Float) -> Float) -> Double {
                zip(numbers.indices, numbers).reduce(0) { sum, pair in
                    let distance = Double(code(pair.0, pair.1) * scale) - Double(pair.1)
                    return sum + distance * distance
                }
            }
            for group in 0..<groups {
                let numbers = x[32 * group..<min(32 * (group + 1), count)]
                let top = numbers.map(\.magnitude).max() ?? 0
                let scale = widenFloat16(scales[group])
                let ours = error(numbers, scale) { index, _ in
                    let half = index % 2 == 0 ? codes[index / 2] & 0xF : codes[index / 2] >> 4
                    return Float(half < 8 ? Int(half) : Int(half) - 16)
                }
                let tried = (0...8).map { widenFloat16(narrowFloat16((0.6 + 0.05 * Float($0)) * top / 7)) }
                let best = tried.map { scale in
                    error(numbers, scale) { scale > 0 ? max(-8, min(7, ($1 / scale).rounded(.toNearestOrEven))) : 0 }
                }.min() ?? 0
                #expect(ours <= best * (1 + 1e-5) + 1e-30, "group \(group)")
            }
        }
    }

    /// By the definition: the sum over j of (-1)^(ones in i AND j) x_j.
    @Test(arguments: VectorTable.available, [(1, 5), (2, 6), (4, 12), (8, 8), (16, 48), (32, 32), (64, 64), (128, 384), (256, 768), (1024, 1024)])
    func hadamard(name: String, shape: (block: Int, count: Int)) {
        let x = draws(shape.count, seed: 9)
        var y = x + [7]
        unsafe table(name).hadamard(&y, shape.count, shape.block)
        for start in stride(from: 0, to: shape.count, by: shape.block) {
            for i in 0..<shape.block {
                let exact = (0..<shape.block).reduce(0.0) { $0 + ((i & $1).nonzeroBitCount % 2 == 0 ? 1 : -1) * Double(x[start + $1]) }
                #expect((Double(y[start + i]) - exact).magnitude < 1e-6 * Double(shape.block))
            }
        }
        #expect(y[shape.count] == 7)
    }
}
