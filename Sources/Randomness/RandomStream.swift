/// The words of one stream of a seed, in order: a `RandomNumberGenerator` that equal seeds repeat everywhere.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private let philox: Philox
    private let stream: UInt64
    private var index: UInt64 = 0
    private var block = SIMD4<UInt32>()
    private var used = 4

    public init(seed: UInt64, stream: UInt64) {
        philox = Philox(seed: seed)
        self.stream = stream
    }

    public mutating func next32() -> UInt32 {
        if used == 4 {
            block = philox.block(stream: stream, index: index)
            index += 1
            used = 0
        }
        defer { used += 1 }
        return block[used]
    }

    public mutating func next() -> UInt64 {
        let low = UInt64(next32())
        return low | UInt64(next32()) << 32
    }

    /// A whole number below `bound`, without bias (Lemire, "Fast Random Integer Generation in an Interval", 2019).
    public mutating func below(_ bound: UInt32) -> UInt32 {
        precondition(bound > 0, "an empty range has no numbers")
        var product = UInt64(next32()) * UInt64(bound)
        if UInt32(truncatingIfNeeded: product) < bound {
            let threshold = (0 &- bound) % bound
            while UInt32(truncatingIfNeeded: product) < threshold {
                product = UInt64(next32()) * UInt64(bound)
            }
        }
        return UInt32(product >> 32)
    }

    /// A number in (0, 1), 53 bits, never 0 or 1.
    public mutating func openUniform() -> Double {
        (Double(next() >> 12) + 0.5) * 0x1p-52
    }

    /// A standard normal number.
    public mutating func normal() -> Double { normalQuantile(openUniform()) }
}
