/// The one kind of LZ4 frame that a shard holds: independent blocks of 4 MiB at most, the length of the contents in front, their
/// XXH32 at the end, no checksum of a block (LZ4 frame format 1.6.4).
enum FrameLayout {
    static let blockLength = 4 << 20
    /// Magic, FLG, BD, length of the contents, header checksum.
    static let headerLength = 15
    /// End mark and content checksum.
    static let endLength = 8
    /// The high bit of a block's length says that it is not compressed.
    static let storedBlock: UInt32 = 0x8000_0000

    static func header(contents: Int) -> [UInt8] {
        var bytes: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x6C, 0x70]
        bytes.append(littleEndian: UInt64(contents))
        let checksum = unsafe bytes.withUnsafeBytes { unsafe XXH32.hash(UnsafeRawBufferPointer(rebasing: $0[4...])) }
        return bytes + [UInt8(truncatingIfNeeded: checksum >> 8)]
    }

    /// Whether a frame begins with the header of so many contents.
    static func hasHeader(_ frame: UnsafeRawBufferPointer, contents: Int) -> Bool {
        guard frame.count >= headerLength else { return false }
        func word<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> Word {
            Word(littleEndian: unsafe frame.loadUnaligned(fromByteOffset: offset, as: type))
        }
        let checksum = unsafe XXH32.hash(UnsafeRawBufferPointer(rebasing: frame[4..<headerLength - 1]))
        return word(0, UInt32.self) == 0x184D_2204 && word(4, UInt16.self) == 0x706C && word(6, UInt64.self) == UInt64(contents)
            && word(headerLength - 1, UInt8.self) == UInt8(truncatingIfNeeded: checksum >> 8)
    }

    /// Bytes of a frame whose blocks are not compressed.
    static func storedLength(contents: Int) -> Int {
        headerLength + 4 * ((contents + blockLength - 1) / blockLength) + contents + endLength
    }

    /// What LZ4 may make of a frame at most: it cannot shrink 255 bytes to less than one.
    static func longestContents(frame: Int) -> Int { 255 * frame }
}
