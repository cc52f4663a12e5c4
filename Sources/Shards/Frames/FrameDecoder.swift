import Files

/// What is wrong with a frame, in a few words.
struct FrameProblem: Error {
    let text: String
}

/// Checks and decodes frames; one thread at a time.
final class FrameDecoder {
    private let decompressor = LZ4Decompressor()
    private var scratch = Scratch()
    private var output = Scratch()

    /// Memory for a column's bytes, until the next call.
    func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(rebasing: output.bytes(count, atLeast: 0)[..<count])
    }

    /// Decodes a frame whose record has been checked against its schema.
    ///
    /// - Parameters:
    ///   - frame: `record.stored` bytes.
    ///   - target: `record.raw` bytes.
    ///   - isChecked: whether LZ4's own checksums are tested after XXH3.
    func decode(
        _ frame: UnsafeRawBufferPointer, _ record: FrameRecord, size: Int, into target: UnsafeMutableRawBufferPointer,
        isChecked: Bool
    ) throws(FrameProblem) {
        guard unsafe ContentHash.xxh3_64(frame) == record.hash else { throw FrameProblem(text: "the bytes are not what their hash says") }
        let isFiltered = record.flags.contains(.bitPlanes)
        let contents = isFiltered ? BitPlanes.filteredCount(target.count, size: size) : target.count
        guard frame.count >= FrameLayout.headerLength + FrameLayout.endLength,
            unsafe FrameLayout.hasHeader(frame, contents: contents)
        else { throw FrameProblem(text: "the frame's header is not that of \(contents) bytes") }
        if record.flags.contains(.stored) {
            unsafe try copyStored(frame, into: target)
            if !isChecked { return }
        }
        let isDirect = !isFiltered && !isChecked && contents >= FrameLayout.blockLength
        let room = unsafe isDirect ? target : scratch.bytes(contents, atLeast: FrameLayout.blockLength)
        let plain = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<contents])
        guard unsafe decompressor.decode(frame, into: room, count: contents, isChecked: isChecked) else {
            throw FrameProblem(text: "LZ4 cannot decode the frame")
        }
        if isFiltered {
            unsafe BitPlanes.unfilter(UnsafeRawBufferPointer(plain), size: size, into: target)
        } else if !isDirect {
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(plain))
        }
    }

    /// The contents of a frame of one stored block, where they stand.
    static func stored(_ frame: UnsafeRawBufferPointer, _ record: FrameRecord) throws(FrameProblem) -> UnsafeRawBufferPointer {
        guard unsafe ContentHash.xxh3_64(frame) == record.hash else { throw FrameProblem(text: "the bytes are not what their hash says") }
        let count = Int(record.raw)
        guard frame.count == FrameLayout.storedLength(contents: count),
            unsafe FrameLayout.hasHeader(frame, contents: count),
            UInt32(littleEndian: unsafe frame.loadUnaligned(fromByteOffset: FrameLayout.headerLength, as: UInt32.self))
                == UInt32(count) | FrameLayout.storedBlock,
            unsafe frame.loadUnaligned(fromByteOffset: frame.count - FrameLayout.endLength, as: UInt32.self) == 0
        else { throw FrameProblem(text: "its frame is not one stored block of \(count) bytes") }
        let start = FrameLayout.headerLength + 4
        return unsafe UnsafeRawBufferPointer(rebasing: frame[start..<start + count])
    }

    private func copyStored(_ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) throws(FrameProblem) {
        guard frame.count == FrameLayout.storedLength(contents: target.count) else {
            throw FrameProblem(text: "a stored frame of \(target.count) bytes has a length of \(frame.count)")
        }
        var position = FrameLayout.headerLength
        for from in stride(from: 0, to: target.count, by: FrameLayout.blockLength) {
            let length = min(FrameLayout.blockLength, target.count - from)
            let mark = UInt32(littleEndian: unsafe frame.loadUnaligned(fromByteOffset: position, as: UInt32.self))
            guard mark == UInt32(length) | FrameLayout.storedBlock else {
                throw FrameProblem(text: "a stored block has a length of \(mark & ~FrameLayout.storedBlock)")
            }
            // Safety: the frame's length, tested above, is that of all blocks of the target.
            unsafe UnsafeMutableRawBufferPointer(rebasing: target[from..<from + length])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[position + 4..<position + 4 + length]))
            position += 4 + length
        }
        guard unsafe frame.loadUnaligned(fromByteOffset: position, as: UInt32.self) == 0 else {
            throw FrameProblem(text: "a stored frame does not end where it should")
        }
    }
}

/// Memory that grows and is not cleared: pages that were never used take no room.
@safe private struct Scratch: ~Copyable {
    /// Safety: allocated here and freed in `deinit`; lent only until the next call.
    private var memory = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    mutating func bytes(_ count: Int, atLeast least: Int) -> UnsafeMutableRawBufferPointer {
        if unsafe memory.count < max(count, least) {
            unsafe memory.deallocate()
            unsafe memory = .allocate(byteCount: max(count, least), alignment: 64)
        }
        return unsafe memory
    }

    deinit { unsafe memory.deallocate() }
}
