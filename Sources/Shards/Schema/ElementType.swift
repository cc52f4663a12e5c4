/// What one number of a column is; every number is stored little-endian.
public enum ElementType: String, Codable, Sendable, CaseIterable {
    case uint8, int32, float16, bfloat16, float32
    /// Codes of rotated vectors, and then their scales (`schemas/shard-format.md`, "Codes").
    case int8Rotated = "int8-rotated"
    case int4Rotated = "int4-rotated"

    /// Whether vectors are stored, which cannot be taken apart into numbers of their own.
    public var isCode: Bool { self == .int8Rotated || self == .int4Rotated }

    /// Bytes of one number; 1 of a code, which no filter and no alignment look into.
    public var size: Int {
        switch self {
        case .uint8, .int8Rotated, .int4Rotated: 1
        case .float16, .bfloat16: 2
        case .int32, .float32: 4
        }
    }

    /// Bytes of a vector of so many numbers.
    public func bytes(width: Int) -> Int { codeBytes(width: width) + 2 * scales(width: width) }

    /// Bytes of a vector without its scales.
    public func codeBytes(width: Int) -> Int { self == .int4Rotated ? (width + 1) / 2 : width * size }

    /// How many scales (float16) a vector has.
    public func scales(width: Int) -> Int {
        switch self {
        case .int8Rotated: 1
        case .int4Rotated: (width + 31) / 32
        default: 0
        }
    }
}

extension ElementType {
    /// Whether a number among the bytes is NaN or infinite, or a scale is none: all bits of an exponent, or a sign, are set.
    ///
    /// - Parameter width: of the vectors.
    func hasNonFinite(_ bytes: [UInt8], width: Int) -> Bool { unsafe bytes.withUnsafeBytes { unsafe hasNonFinite($0, width: width) } }

    func hasNonFinite(_ bytes: UnsafeRawBufferPointer, width: Int) -> Bool {
        switch self {
        case .uint8, .int32: false
        case .int8Rotated, .int4Rotated:
            unsafe anyIsNoScale(UnsafeRawBufferPointer(rebasing: bytes[(bytes.count / self.bytes(width: width) * codeBytes(width: width))...]))
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

private func anyIsNoScale(_ bytes: UnsafeRawBufferPointer) -> Bool {
    (0..<bytes.count / 2).contains { index in
        let word = UInt16(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
        return word >= 0x7C00
    }
}
