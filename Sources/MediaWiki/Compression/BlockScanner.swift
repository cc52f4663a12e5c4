/// Cuts compressed bytes, as they come, at the signs of blocks and ends, which stand at any bit.
struct BlockScanner {
    enum Piece: Sendable {
        /// From a block's sign to the next sign.
        case block(CompressedBlock)
        /// What follows an end's sign up to the next sign: a checksum, and perhaps the header of another stream.
        case end(CompressedBlock)
    }

    /// The piece that is being read; nil before the first sign.
    private var current: Piece?
    /// Bits before the first sign: the header.
    private(set) var header = CompressedBlock()
    /// Bytes read so far.
    private(set) var byteCount = 0
    private var window: UInt64 = 0

    /// What no sign has ended yet.
    var open: CompressedBlock {
        switch current {
        case nil: header
        case .block(let block)?, .end(let block)?: block
        }
    }

    /// - Returns: the pieces that are whole now.
    mutating func scan(_ bytes: Span<UInt8>) -> [Piece] {
        var pieces: [Piece] = []
        // Bytes from here on are not in the current piece yet.
        var start = 0
        for index in bytes.indices {
            window = window &<< 8 | UInt64(bytes[index])
            // One of its bytes tells nearly all places apart.
            let candidates = candidates[Int((window &>> 24) & 0xFF)]
            guard candidates != 0 else { continue }
            for shift in 0..<8 where (candidates &>> UInt8(shift)) & 1 == 1 {
                let sign = (window &>> UInt64(shift)) & 0xFFFF_FFFF_FFFF
                guard sign == StreamSign.block || sign == StreamSign.end else { continue }
                // The sign ends `shift` bits before the end of this byte.
                let end = (byteCount + index + 1) * 8 - shift
                guard end >= 48 else { continue }
                append(bytes.extracting(start..<index + 1))
                start = index + 1
                let rest = removeLast(48 + shift)
                if let current { pieces.append(current) }
                begin(sign, at: end - 48, rest, shift: shift)
            }
        }
        append(bytes.extracting(start...))
        byteCount += bytes.count
        return pieces
    }

    /// The piece that is not followed by a sign.
    mutating func finish() -> Piece? {
        defer { current = nil }
        return current
    }

    private mutating func begin(_ sign: UInt64, at offset: Int, _ rest: UInt64, shift: Int) {
        var block = CompressedBlock(offset: offset)
        block.append(rest, count: 48 + shift)
        current = sign == StreamSign.block ? .block(block) : .end(block)
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        change { block in
            let used = block.bitCount & 7
            if used == 0 {
                block.bytes.append(addingCapacity: bytes.count) { output in for index in bytes.indices { output.append(bytes[index]) } }
            } else {
                var last = block.bytes.removeLast()
                block.bytes.append(addingCapacity: bytes.count + 1) { output in
                    for index in bytes.indices {
                        output.append(last | bytes[index] &>> UInt8(used))
                        last = bytes[index] &<< UInt8(8 - used)
                    }
                    output.append(last)
                }
            }
            block.bitCount += bytes.count * 8
        }
    }

    /// Takes bits off the end of the current piece.
    private mutating func removeLast(_ count: Int) -> UInt64 {
        var bits: UInt64 = 0
        change { block in
            for position in block.bitCount - count..<block.bitCount {
                bits = bits << 1 | UInt64(block.bytes[position >> 3] >> UInt8(7 - position & 7) & 1)
            }
            block.bitCount -= count
            block.bytes.removeLast(block.bytes.count - (block.bitCount + 7) / 8)
            if block.bitCount & 7 != 0 { block.bytes[block.bytes.count - 1] &= UInt8(truncatingIfNeeded: 0xFF00 >> (block.bitCount & 7)) }
        }
        return bits
    }

    private mutating func change(_ body: (inout CompressedBlock) -> Void) {
        switch current {
        case nil: body(&header)
        case .block(var block)?:
            // Taken out, so that its bytes are not copied.
            current = nil
            body(&block)
            current = .block(block)
        case .end(var block)?:
            current = nil
            body(&block)
            current = .end(block)
        }
    }
}

/// For the fourth byte from the end of the window: at which shifts a sign may end there, as bits.
private let candidates: [UInt8] = {
    var table = [UInt8](repeating: 0, count: 256)
    for sign in [StreamSign.block, StreamSign.end] {
        for shift in 0..<8 { table[Int(((sign << UInt64(shift)) >> 24) & 0xFF)] |= 1 << UInt8(shift) }
    }
    return table
}()
