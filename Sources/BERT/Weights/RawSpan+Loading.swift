extension RawSpan {
    /// The little-endian number at a byte offset, aligned or not; traps beyond the end.
    func load<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type, at offset: Int) -> Number {
        precondition(offset >= 0 && offset <= byteCount - MemoryLayout<Number>.size, "beyond the end")
        return Number(littleEndian: unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: Number.self))
    }

    func array(_ range: Range<Int>) -> [UInt8] {
        range.map { load(UInt8.self, at: $0) }
    }
}
