import Kernels
import Testing

@Suite struct HalfPrecisionTests {
    /// Every binary16: its value by definition, and back.
    @Test func everyFloat16() {
        var wrong = 0
        for bits in 0...UInt16.max {
            let (exponent, fraction) = (Int(bits >> 10 & 0x1F), Double(bits & 0x3FF))
            let sign: Double = bits & 0x8000 == 0 ? 1 : -1
            let ours = widenFloat16(bits)
            switch exponent {
            case 0x1F where fraction != 0: if !ours.isNaN || narrowFloat16(ours) & 0x7C00 != 0x7C00 { wrong += 1 }
            case 0x1F: if Double(ours) != sign * .infinity || narrowFloat16(ours) != bits { wrong += 1 }
            default:
                let unit = Double(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1)
                let value = (exponent == 0 ? fraction : 1024 + fraction) * unit
                if Double(ours) != sign * value || (ours.sign == .minus) != (sign < 0) || narrowFloat16(ours) != bits { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }

    /// Between each two neighbours: the middle goes to the even one, the floats beside it to the nearer.
    @Test func float16RoundsToEven() {
        var wrong = 0
        for bits in 0..<0x7BFF as Range<UInt16> {
            let middle = (widenFloat16(bits) + widenFloat16(bits + 1)) / 2
            let even = bits & 1 == 0 ? bits : bits + 1
            for sign in [0, 0x8000] as [UInt16] {
                let value = sign == 0 ? middle : -middle
                if narrowFloat16(value) != even | sign { wrong += 1 }
                if narrowFloat16(sign == 0 ? middle.nextDown : -middle.nextDown) != bits | sign { wrong += 1 }
                if narrowFloat16(sign == 0 ? middle.nextUp : -middle.nextUp) != (bits + 1) | sign { wrong += 1 }
            }
        }
        #expect(wrong == 0)
        #expect(narrowFloat16(65519.99) == 0x7BFF)
        #expect(narrowFloat16(65520) == 0x7C00)
        #expect(narrowFloat16(-1e30) == 0xFC00)
        #expect(narrowFloat16(.leastNonzeroMagnitude) == 0)
    }

    @Test func everyBFloat16() {
        var wrong = 0
        for bits in 0...UInt16.max {
            let ours = widenBFloat16(bits)
            if ours.bitPattern != UInt32(bits) << 16 { wrong += 1 }
            if ours.isNaN ? !widenBFloat16(narrowBFloat16(ours)).isNaN : narrowBFloat16(ours) != bits { wrong += 1 }
        }
        #expect(wrong == 0)
    }

    @Test func bfloat16RoundsToEven() {
        var wrong = 0
        for bits in 0..<0x7F80 as Range<UInt16> {
            let middle = Float(bitPattern: UInt32(bits) << 16 | 0x8000)
            let even = bits & 1 == 0 ? bits : bits + 1
            for sign in [0, 0x8000] as [UInt16] {
                func signed(_ value: Float) -> Float { sign == 0 ? value : -value }
                if narrowBFloat16(signed(middle)) != even | sign { wrong += 1 }
                if narrowBFloat16(signed(middle.nextDown)) != bits | sign { wrong += 1 }
                if narrowBFloat16(signed(middle.nextUp)) != (bits + 1) | sign { wrong += 1 }
            }
        }
        #expect(wrong == 0)
    }
}
