/// Makes the frames of one shard; a new one for each shard, so that a shard's bytes depend on its own rows alone.
final class FrameEncoder {
    private let compressor = LZ4Compressor()
    private var filtered: [UInt8] = []

    /// Appends the frame of a column to the bytes of a file, after a gap where it must be aligned.
    ///
    /// - Parameters:
    ///   - contents: one byte or more, of numbers of `size` bytes.
    ///   - start: where in the file `output` begins.
    /// - Returns: the place of the frame in the output, and its flags.
    func append(
        _ contents: [UInt8], filter: LargeColumn.Filter, size: Int, to output: inout [UInt8], start: Int
    ) -> (frame: Range<Int>, flags: FrameRecord.Flags) {
        let before = output.count
        let isSmaller = unsafe contents.withUnsafeBytes { contents in
            unsafe withFiltered(contents, filter, size) { filtered in
                unsafe compressor.withFrame(of: filtered) { frame in
                    let isSmaller = frame.count * 100 <= FrameLayout.storedLength(contents: contents.count) * 97
                    if isSmaller { unsafe output.append(contentsOf: frame) }
                    return isSmaller
                }
            }
        }
        if isSmaller { return (before..<output.count, filter == .bitPlanes ? .bitPlanes : []) }
        if contents.count <= FrameLayout.blockLength { appendGap(to: &output, start: start) }
        let place = output.count
        appendStored(contents, to: &output)
        return (place..<output.count, .stored)
    }

    private func withFiltered<Result>(
        _ contents: UnsafeRawBufferPointer, _ filter: LargeColumn.Filter, _ size: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard filter == .bitPlanes else { return unsafe body(contents) }
        let count = BitPlanes.filteredCount(contents.count, size: size)
        if filtered.count < count { filtered = [UInt8](repeating: 0, count: count) }
        return unsafe filtered.withUnsafeMutableBytes { filtered in
            let planes = unsafe UnsafeMutableRawBufferPointer(rebasing: filtered[..<count])
            unsafe BitPlanes.filter(contents, size: size, into: planes)
            return unsafe body(UnsafeRawBufferPointer(planes))
        }
    }

    /// Brings the end of the file to 45 mod 64: the contents of a stored block then begin at a multiple of 64.
    private func appendGap(to output: inout [UInt8], start: Int) {
        let distance = (45 - (start + output.count) % 64 + 64) % 64
        guard distance > 0 else { return }
        let length = distance < ShardFormat.skippablePrefix ? distance + 64 : distance
        output.append(littleEndian: ShardFormat.gapFrame)
        output.append(littleEndian: UInt32(length - ShardFormat.skippablePrefix))
        output.append(contentsOf: repeatElement(0, count: length - ShardFormat.skippablePrefix))
    }

    private func appendStored(_ contents: [UInt8], to output: inout [UInt8]) {
        output += FrameLayout.header(contents: contents.count)
        for from in stride(from: 0, to: contents.count, by: FrameLayout.blockLength) {
            let block = contents[from..<min(from + FrameLayout.blockLength, contents.count)]
            output.append(littleEndian: UInt32(block.count) | FrameLayout.storedBlock)
            output += block
        }
        output.append(littleEndian: UInt32(0))
        output.append(littleEndian: unsafe contents.withUnsafeBytes { unsafe XXH32.hash($0) })
    }
}
