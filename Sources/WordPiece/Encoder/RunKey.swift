/// A run of up to 15 bytes as two words, with their number as the last byte; what is unused is 0.
struct ShortKey {
    static let longest = 15

    var low: UInt64 = 0
    var high: UInt64 = 0

    @inline(__always)
    var hash: UInt64 { low &* 0x9E37_79B9_7F4A_7C15 &+ high &* 0xC2B2_AE3D_27D4_EB4F }

    /// 0 if the keys are the same.
    @inline(__always)
    func difference(from other: ShortKey) -> UInt64 { (low ^ other.low) | (high ^ other.high) }
}

/// A run of up to 56 bytes as seven words, and their number as the eighth; what is unused is 0.
struct LongKey {
    static let longest = 56

    var words = InlineArray<8, UInt64>(repeating: 0)

    /// A sum of products with odd constants, of which the high bits count.
    @inline(__always)
    var hash: UInt64 {
        var sum = words[0] &* 0x9E37_79B9_7F4A_7C15 &+ words[1] &* 0xC2B2_AE3D_27D4_EB4F
        sum &+= words[2] &* 0x1656_67B1_9E37_79F9 &+ words[3] &* 0x85EB_CA77_C2B2_AE63
        sum &+= words[4] &* 0x27D4_EB2F_1656_67C5 &+ words[5] &* 0xD6E8_FEB8_6659_FD93
        return sum &+ words[6] &* 0xA076_1D64_78BD_642F &+ words[7] &* 0xE703_7ED1_A0B4_28DB
    }

    /// 0 if the keys are the same.
    @inline(__always)
    func difference(from other: borrowing LongKey) -> UInt64 {
        var difference: UInt64 = 0
        for index in 0..<8 { difference |= words[index] ^ other.words[index] }
        return difference
    }
}

// Safety: all loads lie within the text, whose bounds the caller gives.
extension ShortKey {
    /// The key of up to 15 bytes from `run` on, in a text that ends at `end`.
    @inline(__always)
    @unsafe
    init(_ run: UnsafeRawPointer, byteCount: Int, end: UnsafeRawPointer) {
        if unsafe end - run >= 16 {
            low = unsafe run.loadUnaligned(as: UInt64.self)
            high = unsafe run.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        } else {
            for index in 0..<byteCount {
                let byte = unsafe UInt64(run.load(fromByteOffset: index, as: UInt8.self))
                if index < 8 { low |= byte &<< UInt64(8 &* index) } else { high |= byte &<< UInt64(8 &* index &- 64) }
            }
        }
        let bits = UInt64(8 &* byteCount)
        low &= bits < 64 ? (1 &<< bits) &- 1 : .max
        high &= bits > 64 ? (1 &<< (bits &- 64)) &- 1 : 0
        high |= UInt64(byteCount) &<< 56
    }
}

extension LongKey {
    /// The key of 8 to 56 bytes from `run` on.
    @inline(__always)
    @unsafe
    init(_ run: UnsafeRawPointer, byteCount: Int) {
        let whole = byteCount &>> 3
        for index in 0..<whole { words[index] = unsafe run.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self) }
        let rest = byteCount & 7
        if rest > 0 {
            let last = unsafe run.loadUnaligned(fromByteOffset: byteCount &- 8, as: UInt64.self)
            words[whole] = last &>> UInt64(64 &- 8 &* rest)
        }
        words[7] = UInt64(byteCount)
    }

    /// The key of a short run.
    @inline(__always)
    init(_ short: ShortKey) {
        words[0] = short.low
        words[1] = short.high
    }
}
