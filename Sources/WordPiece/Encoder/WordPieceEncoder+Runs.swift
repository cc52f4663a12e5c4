import CTextScan

// Safety: of the text what lies below `end` is read, and valid UTF-8 has no character cut. Where `count < limit` there is
// room for `slack` more ids, and no step writes more, or it looks first.
extension WordPieceEncoder {
    /// Encodes to the end, or until room gets scarce; the cursor then stands between runs.
    @unsafe
    mutating func encode(_ cursor: inout RunCursor, _ ends: inout [Int]?) {
        while unsafe cursor.at < cursor.end && cursor.count < cursor.limit {
            let start = unsafe cursor.at
            if unsafe start.load(as: UInt8.self) < 0x80 {
                if unsafe cursor.end - start > 15 { unsafe encodeWords(&cursor) } else { unsafe encodeLastWords(&cursor) }
                if unsafe cursor.at > start { continue }
            }
            let end = unsafe runEnd(start, cursor.end)
            let isDone = unsafe end > start ? encodeRun(to: end, &cursor) : encodeSeparator(&cursor, &ends)
            guard isDone else { return }
        }
    }

    /// Words of ASCII that the cache has, each with the separator behind it, as far as 16 bytes can be read.
    @inline(__always)
    @unsafe
    private func encodeWords(_ cursor: inout RunCursor) {
        let (stop, limit, ids) = unsafe (cursor.end - 15, cursor.limit, cursor.ids)
        var (at, count) = unsafe (cursor.at, cursor.count)
        unsafe separators.entries.withUnsafeBufferPointer { separators in
            while unsafe at < stop && count < limit {
                let word = unsafe limbeck_scan_ascii_word(at)
                guard word.length <= ShortKey.longest else { break }
                let length = Int(truncatingIfNeeded: word.length)
                let separator = unsafe separators[Int(at.load(fromByteOffset: length, as: UInt8.self))]
                let key = ShortKey(low: word.low, high: word.high | word.length &<< 56)
                guard separator.idCount >= 0, let found = cache.ids(of: key) else { break }
                unsafe UnsafeMutableRawPointer(ids + count).storeBytes(of: found, as: SIMD4<Int32>.self)
                count &+= Int(found[3])
                // No branch for whether it has an id: what it has not is written over.
                unsafe ids[count] = separator.id
                count &+= Int(separator.idCount)
                unsafe at += length + 1
            }
        }
        unsafe (cursor.at, cursor.count) = (at, count)
    }

    /// As `encodeWords`, of the last 15 bytes at most, from a copy with spaces behind it.
    @unsafe
    private func encodeLastWords(_ cursor: inout RunCursor) {
        let byteCount = unsafe cursor.end - cursor.at
        var copy = InlineArray<4, UInt64>(repeating: 0x2020_2020_2020_2020)
        unsafe withUnsafeMutableBytes(of: &copy) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: cursor.at, count: byteCount))
            let (start, origin) = unsafe (UnsafeRawPointer(bytes.baseAddress!), cursor.at)
            var inner = unsafe cursor
            unsafe inner.at = unsafe start
            unsafe inner.end = unsafe start + byteCount + 15
            unsafe encodeWords(&inner)
            unsafe cursor.at = unsafe origin + min(inner.at - start, byteCount)
            unsafe cursor.count = unsafe inner.count
        }
    }

    /// A character that ends runs.
    ///
    /// - Returns: whether there was room.
    @unsafe
    private mutating func encodeSeparator(_ cursor: inout RunCursor, _ ends: inout [Int]?) -> Bool {
        let byte = unsafe cursor.at.load(as: UInt8.self)
        if byte == newline {
            unsafe ends?.append(cursor.offset + cursor.count)
        } else if byte < 0x80 {
            let separator = separators.entries[Int(byte)]
            unsafe cursor.ids[cursor.count] = separator.id
            unsafe cursor.count &+= Int(separator.idCount)
        } else {
            let (scalar, byteCount) = unsafe scalar(at: cursor.at)
            let end = unsafe cursor.at + byteCount
            if roles[scalar] == .alone { return unsafe encodeRun(to: end, &cursor) }
            unsafe cursor.at = unsafe end
            return true
        }
        unsafe cursor.at += 1
        return true
    }

    /// Where the run ends that begins at `start`; there if none does.
    @unsafe
    func runEnd(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UnsafeRawPointer {
        var at = unsafe start
        while unsafe at < end {
            let (scalar, byteCount) = unsafe scalar(at: at)
            guard roles[scalar] == .inner else { break }
            unsafe at += byteCount
        }
        return unsafe at
    }

    /// A run, or a character alone.
    ///
    /// - Returns: whether there was room.
    @unsafe
    private mutating func encodeRun(to runEnd: UnsafeRawPointer, _ cursor: inout RunCursor) -> Bool {
        let run = unsafe cursor.at
        let byteCount = unsafe runEnd - run
        var short: ShortKey?
        var long: LongKey?
        if byteCount <= ShortKey.longest {
            let key = unsafe ShortKey(run, byteCount: byteCount, end: cursor.end)
            if let found = cache.ids(of: key) {
                unsafe UnsafeMutableRawPointer(cursor.ids + cursor.count).storeBytes(of: found, as: SIMD4<Int32>.self)
                unsafe cursor.count &+= Int(found[3])
                unsafe cursor.at = unsafe runEnd
                return true
            }
            (short, long) = (key, LongKey(key))
        } else if byteCount <= LongKey.longest {
            long = unsafe LongKey(run, byteCount: byteCount)
        }
        if let long, let found = unsafe cache.ids(of: long, into: cursor.ids + cursor.count) {
            unsafe cursor.count &+= found
            unsafe cursor.at = unsafe runEnd
            return true
        }
        unsafe tokenizeRun(run, byteCount)
        guard unsafe sink.ids.count <= cursor.limit - cursor.count else { return false }
        for id in sink.ids {
            unsafe cursor.ids[cursor.count] = id
            unsafe cursor.count &+= 1
        }
        unsafe cursor.at = unsafe runEnd
        if let short, cache.store(short, sink.ids.span) { return true }
        if let long { cache.store(long, sink.ids.span) }
        return true
    }

    /// Fills the sink with the ids of a run.
    @unsafe
    mutating func tokenizeRun(_ run: UnsafeRawPointer, _ byteCount: Int) {
        sink.ids.removeAll(keepingCapacity: true)
        let bytes = unsafe Span<UInt8>(_unsafeStart: run.assumingMemoryBound(to: UInt8.self), count: byteCount)
        tokenizer.read(plain: bytes, 0..<byteCount, &sink)
    }
}

/// The character of valid UTF-8 at a place.
@inline(__always)
@unsafe
private func scalar(at place: UnsafeRawPointer) -> (scalar: UInt32, byteCount: Int) {
    let lead = unsafe UInt32(place.load(as: UInt8.self))
    func bits(_ offset: Int) -> UInt32 { unsafe UInt32(place.load(fromByteOffset: offset, as: UInt8.self)) & 0x3F }
    return switch lead {
    case ..<0x80: (lead, 1)
    case ..<0xE0: ((lead & 0x1F) << 6 | bits(1), 2)
    case ..<0xF0: ((lead & 0x0F) << 12 | bits(1) << 6 | bits(2), 3)
    default: ((lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3), 4)
    }
}
