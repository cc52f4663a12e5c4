/// The bit-plane filter: in blocks of 8 KiB, bit 0 of all numbers, then bit 1, and so on.
///
/// Plane *p* holds bit *p* of number *i* in bit *i* mod 8 of its byte *i* / 8. The last block may be shorter; its number of
/// numbers is rounded up to eight with zeros.
enum BitPlanes {
    static let blockLength = 8192

    /// Bytes after the filter, of a column of so many bytes; `size` is that of a number, 2 or 4.
    static func filteredCount(_ count: Int, size: Int) -> Int {
        let tail = count % blockLength
        return count - tail + planeLength(tail, size) * 8 * size
    }

    /// - Parameter target: `filteredCount` bytes.
    static func filter(_ source: UnsafeRawBufferPointer, size: Int, into target: UnsafeMutableRawBufferPointer) {
        precondition(source.count % size == 0 && target.count == filteredCount(source.count, size: size), "the sizes agree")
        for start in stride(from: 0, to: source.count, by: blockLength) {
            // Safety: a block's planes begin where the block does, as all blocks before it are whole.
            let length = min(blockLength, source.count - start)
            let plane = planeLength(length, size)
            let (from, to) = unsafe (source.baseAddress! + start, target.baseAddress! + start)
            let whole = length / (chunk * size)
            for index in 0..<whole {
                let (numbers, planes) = unsafe (from + index * chunk * size, to + index * chunkPlane)
                if size == 2 { unsafe filter16(numbers, planes, plane) } else { unsafe filter32(numbers, planes, plane) }
            }
            let rest = length - whole * chunk * size
            if rest > 0 { unsafe filterTail(from + whole * chunk * size, rest, size, to + whole * chunkPlane, plane) }
        }
    }

    /// - Parameter target: as many bytes as were filtered.
    static func unfilter(_ source: UnsafeRawBufferPointer, size: Int, into target: UnsafeMutableRawBufferPointer) {
        precondition(target.count % size == 0 && source.count == filteredCount(target.count, size: size), "the sizes agree")
        for start in stride(from: 0, to: target.count, by: blockLength) {
            let length = min(blockLength, target.count - start)
            let plane = planeLength(length, size)
            let (from, to) = unsafe (source.baseAddress! + start, target.baseAddress! + start)
            let whole = length / (chunk * size)
            for index in 0..<whole {
                let (planes, numbers) = unsafe (from + index * chunkPlane, to + index * chunk * size)
                if size == 2 { unsafe unfilter16(planes, plane, numbers) } else { unsafe unfilter32(planes, plane, numbers) }
            }
            let rest = length - whole * chunk * size
            if rest > 0 { unsafe unfilterTail(from + whole * chunkPlane, plane, to + whole * chunk * size, rest, size) }
        }
    }

    /// Numbers that are turned at once, and the bytes that they have in a plane.
    private static let chunk = 128
    private static let chunkPlane = 16

    private static func planeLength(_ length: Int, _ size: Int) -> Int { (length / size + 7) / 8 }

    /// Fewer than `chunk` numbers, by way of a chunk filled up with zeros.
    private static func filterTail(
        _ source: UnsafeRawPointer, _ count: Int, _ size: Int, _ target: UnsafeMutableRawPointer, _ plane: Int
    ) {
        unsafe withChunks { numbers, planes in
            unsafe numbers.copyMemory(from: source, byteCount: count)
            if size == 2 { unsafe filter16(numbers, planes, chunkPlane) } else { unsafe filter32(numbers, planes, chunkPlane) }
            for bit in 0..<8 * size {
                unsafe (target + bit * plane).copyMemory(from: planes + bit * chunkPlane, byteCount: planeLength(count, size))
            }
        }
    }

    private static func unfilterTail(
        _ source: UnsafeRawPointer, _ plane: Int, _ target: UnsafeMutableRawPointer, _ count: Int, _ size: Int
    ) {
        unsafe withChunks { numbers, planes in
            for bit in 0..<8 * size {
                unsafe (planes + bit * chunkPlane).copyMemory(from: source + bit * plane, byteCount: planeLength(count, size))
            }
            if size == 2 { unsafe unfilter16(planes, chunkPlane, numbers) } else { unsafe unfilter32(planes, chunkPlane, numbers) }
            unsafe target.copyMemory(from: numbers, byteCount: count)
        }
    }

    /// Two chunks of zeros, as long as numbers of 4 bytes need.
    private static func withChunks(_ body: (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> Void) {
        unsafe withUnsafeTemporaryAllocation(byteCount: 2 * chunk * 4, alignment: 16) { memory in
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe body(memory.baseAddress!, memory.baseAddress! + chunk * 4)
        }
    }
}
