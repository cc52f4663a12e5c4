import CBZip2

/// A piece of a bzip2 stream from the sign that begins a block up to the next sign, in whole bytes: the block's own
/// bits first, and zeros behind them.
struct CompressedBlock: Sendable {
    var bytes: [UInt8] = []
    var bitCount = 0
    /// Where it begins in the file, in bits.
    var offset = 0

    /// The checksum that follows the sign.
    var checksum: UInt32 {
        guard bytes.count >= 10 else { return 0 }
        return bytes[6..<10].reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func append(_ bits: UInt64, count: Int) {
        var left = count
        while left > 0 {
            let used = bitCount & 7
            if used == 0 { bytes.append(0) }
            let taken = min(8 - used, left)
            let part = UInt8(truncatingIfNeeded: bits &>> UInt64(left - taken)) & UInt8(truncatingIfNeeded: (1 << taken) - 1)
            bytes[bytes.count - 1] |= part << UInt8(8 - used - taken)
            bitCount += taken
            left -= taken
        }
    }

    mutating func append(_ other: CompressedBlock) {
        var left = other.bitCount
        for byte in other.bytes {
            let count = min(8, left)
            append(UInt64(byte) >> UInt64(8 - count), count: count)
            left -= count
        }
    }

    /// The block as a stream of its own: libbz2 has no other way to decode one alone.
    private var stream: [UInt8] {
        var stream = CompressedBlock(bytes: Array("BZh9".utf8), bitCount: 32)
        stream.bytes.reserveCapacity(bytes.count + 20)
        stream.bytes += bytes
        stream.bitCount += bitCount
        stream.append(StreamSign.end, count: 48)
        stream.append(UInt64(checksum), count: 32)
        return stream.bytes
    }

    /// What the block holds; nil if it is damaged, or goes on behind a sign that was none.
    func decoded() -> [UInt8]? {
        let input = stream
        var state = unsafe bz_stream()
        guard unsafe BZ2_bzDecompressInit(&state, 0, 0) == BZ_OK else { return nil }
        defer { _ = unsafe BZ2_bzDecompressEnd(&state) }
        var output: [UInt8] = []
        let room = 1 << 20
        return unsafe input.withUnsafeBufferPointer { input -> [UInt8]? in
            // Safety: libbz2 only reads from its input.
            unsafe state.next_in = unsafe UnsafeMutableRawPointer(mutating: input.baseAddress!).assumingMemoryBound(to: CChar.self)
            unsafe state.avail_in = UInt32(input.count)
            var status = BZ_OK
            while status == BZ_OK {
                let before = unsafe state.avail_in
                var made = 0
                output.append(addingCapacity: room) { span in
                    unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                        unsafe state.next_out = unsafe UnsafeMutableRawPointer(buffer.baseAddress!).assumingMemoryBound(to: CChar.self)
                        unsafe state.avail_out = UInt32(room)
                        status = unsafe BZ2_bzDecompress(&state)
                        made = unsafe room - Int(state.avail_out)
                        count = made
                    }
                }
                // An input that ends too early.
                if status == BZ_OK, made == 0, unsafe state.avail_in == before { return nil }
            }
            return unsafe status == BZ_STREAM_END && state.avail_in == 0 ? output : nil
        }
    }
}

/// Signs of 48 bits that begin the blocks of a stream, and its end.
enum StreamSign {
    /// The digits of π.
    static let block: UInt64 = 0x3141_5926_5359
    /// The digits of its square root.
    static let end: UInt64 = 0x1772_4538_5090
}
