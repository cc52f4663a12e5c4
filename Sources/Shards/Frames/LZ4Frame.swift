import CLZ4

// The only file that calls liblz4.

/// Makes frames of `FrameLayout` with LZ4's fast level, whatever the library's defaults.
@safe final class LZ4Compressor {
    /// Safety: made in `init`, freed in `deinit`, and of no use to others.
    private let context: OpaquePointer
    private var preferences = LZ4F_preferences_t()
    private var frame: [UInt8] = []

    init() {
        var context: OpaquePointer?
        guard unsafe LZ4F_createCompressionContext(&context, UInt32(LZ4F_VERSION)) == 0, let context = unsafe context else {
            fatalError("no memory")
        }
        unsafe self.context = context
        preferences.frameInfo.blockSizeID = LZ4F_max4MB
        preferences.frameInfo.blockMode = LZ4F_blockIndependent
        preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled
        preferences.frameInfo.blockChecksumFlag = LZ4F_noBlockChecksum
        // Each call compresses what it is given, and keeps nothing back.
        preferences.autoFlush = 1
    }

    deinit { unsafe LZ4F_freeCompressionContext(context) }

    /// Lends the frame of the contents.
    func withFrame<Result>(of contents: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        preferences.frameInfo.contentSize = UInt64(contents.count)
        let bound = unsafe LZ4F_compressFrameBound(contents.count, &preferences) + FrameLayout.headerLength
        if frame.count < bound { frame = [UInt8](repeating: 0, count: bound) }
        return unsafe frame.withUnsafeMutableBytes { frame in
            var length = unsafe written(LZ4F_compressBegin(context, frame.baseAddress, frame.count, &preferences))
            length += unsafe written(
                LZ4F_compressUpdate(
                    context, frame.baseAddress! + length, frame.count - length, contents.baseAddress, contents.count, nil))
            length += unsafe written(LZ4F_compressEnd(context, frame.baseAddress! + length, frame.count - length, nil))
            return unsafe body(UnsafeRawBufferPointer(rebasing: frame[..<length]))
        }
    }

    /// The library fails only where the room is less than its own bound, or memory is out.
    private func written(_ result: Int) -> Int {
        guard LZ4F_isError(result) == 0 else { fatalError("LZ4: \(unsafe String(cString: LZ4F_getErrorName(result)))") }
        return result
    }
}

/// Decodes frames of `FrameLayout`; one thread at a time.
@safe final class LZ4Decompressor {
    /// Safety: made in `init`, freed in `deinit`, and of no use to others.
    private let context: OpaquePointer

    init() {
        var context: OpaquePointer?
        guard unsafe LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION)) == 0, let context = unsafe context else {
            fatalError("no memory")
        }
        unsafe self.context = context
    }

    deinit { unsafe LZ4F_freeDecompressionContext(context) }

    /// Whether the frame decodes to exactly so many bytes at the beginning of the target.
    ///
    /// - Parameters:
    ///   - target: `count` bytes; with room for a whole block liblz4 decodes in place, without a copy of its own.
    ///   - isChecked: whether LZ4's own checksums are tested. They need not be once XXH3 has been: then the blocks are decoded
    ///     behind the header of a frame that has none.
    func decode(
        _ frame: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, count: Int, isChecked: Bool
    ) -> Bool {
        unsafe LZ4F_resetDecompressionContext(context)
        var produced = 0
        if isChecked { return unsafe feed(frame, target, &produced) == 0 && produced == count }
        guard frame.count >= FrameLayout.headerLength + FrameLayout.endLength else { return false }
        let blocks = unsafe UnsafeRawBufferPointer(rebasing: frame[FrameLayout.headerLength..<frame.count - 4])
        let header: [UInt8] = [0x04, 0x22, 0x4D, 0x18, 0x60, 0x70, 0x73]
        let isBegun = unsafe header.withUnsafeBytes { unsafe feed($0, target, &produced) != nil }
        return unsafe isBegun && feed(blocks, target, &produced) == 0 && produced == count
    }

    /// The library's hint of what is to come, 0 at the end of a frame; nil where it fails, or where bytes are left over.
    private func feed(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawBufferPointer, _ produced: inout Int) -> Int? {
        var consumed = 0
        while true {
            var (room, rest) = (target.count - produced, source.count - consumed)
            let hint = unsafe LZ4F_decompress(
                context, target.baseAddress! + produced, &room, source.baseAddress! + consumed, &rest, nil)
            guard LZ4F_isError(hint) == 0 else { return nil }
            produced += room
            consumed += rest
            if consumed == source.count { return hint }
            if hint == 0 || room == 0 && rest == 0 { return nil }
        }
    }
}
