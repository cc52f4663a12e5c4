extension [UInt8] {
    mutating func append(littleEndian number: some FixedWidthInteger & BitwiseCopyable) {
        unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
    }
}

extension RawSpan {
    /// The little-endian number at a byte offset, aligned or not; traps beyond the end.
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        precondition(offset >= 0 && offset <= byteCount - MemoryLayout<Number>.size, "beyond the end")
        // Safety: the line above.
        return Number(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Number.self))
    }

    /// A copy of some of the bytes; traps beyond the end.
    func array(_ range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
