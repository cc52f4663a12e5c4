/// The counter-based generator Philox4x32-10: each block is a pure function of (seed, stream, index).
///
/// Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011. The key is the seed (low word
/// first); the counter is the block's index in its low, the stream in its high 64 bits.
public struct Philox: Sendable, Equatable {
    public let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// Four words, equal for equal (seed, stream, index) on every machine.
    @inlinable
    public func block(stream: UInt64, index: UInt64) -> SIMD4<UInt32> {
        var (c0, c1) = (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
        var (c2, c3) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
        var (k0, k1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        for _ in 0..<10 {
            let p0 = 0xD251_1F53 as UInt32
            let p1 = 0xCD9E_8D57 as UInt32
            let a = p0.multipliedFullWidth(by: c0)
            let b = p1.multipliedFullWidth(by: c2)
            (c0, c1, c2, c3) = (b.high ^ c1 ^ k0, b.low, a.high ^ c3 ^ k1, a.low)
            k0 = k0 &+ 0x9E37_79B9
            k1 = k1 &+ 0xBB67_AE85
        }
        return SIMD4(c0, c1, c2, c3)
    }
}
