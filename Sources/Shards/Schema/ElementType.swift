/// What one number of a column is; every number is stored little-endian.
public enum ElementType: String, Codable, Sendable, CaseIterable {
    case uint8, int32, float16, bfloat16, float32

    /// Bytes of one number.
    public var size: Int {
        switch self {
        case .uint8: 1
        case .float16, .bfloat16: 2
        case .int32, .float32: 4
        }
    }
}

extension ElementType {
    /// Whether a number among the bytes is NaN or infinite: all bits of its exponent are set.
    func hasNonFinite(_ bytes: [UInt8]) -> Bool { unsafe bytes.withUnsafeBytes { unsafe hasNonFinite($0) } }

    func hasNonFinite(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .uint8, .int32: false
        case .float16: unsafe anyHasAll(UInt16(0x7C00), of: bytes)
        case .bfloat16: unsafe anyHasAll(UInt16(0x7F80), of: bytes)
        case .float32: unsafe anyHasAll(UInt32(0x7F80_0000), of: bytes)
        }
    }
}

@inline(__always)
private func anyHasAll<Word: FixedWidthInteger & BitwiseCopyable>(_ mask: Word, of bytes: UnsafeRawBufferPointer) -> Bool {
    // Counted and not left early, so that the loop becomes vector code.
    var count: Word = 0
    for index in 0..<bytes.count / MemoryLayout<Word>.size {
        let word = Word(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self))
        count |= word & mask == mask ? 1 : 0
    }
    return count != 0
}
