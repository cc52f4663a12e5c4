/// The ids of runs of text that were met before, by their bytes, in a fixed amount of memory.
///
/// What is found is what was stored for exactly these bytes, so results never depend on what the cache holds. Runs are
/// kept in pairs by a hash: the first of a pair stays for good, as frequent runs are met early; the second is the latest.
@safe
struct WordCache: ~Copyable {
    /// A pair fills a cache line.
    private struct Short {
        var key = ShortKey()
        /// Three ids, and their number as the last lane.
        var ids = SIMD4<Int32>.zero
    }

    /// Two cache lines.
    private struct Long {
        static let mostIDs = 15

        var key = LongKey()
        /// The number of ids, then the ids.
        var ids = InlineArray<16, Int32>(repeating: 0)
    }

    // Safety: `init` allocates both with as many elements as the shifts can give, and `deinit` frees them.
    private let shorts: UnsafeMutablePointer<Short>
    private let longs: UnsafeMutablePointer<Long>
    private let shortShift: UInt64
    private let longShift: UInt64

    /// - Parameter runs: how many short runs to hold, rounded up to a power of two; a quarter as many long ones.
    init(runs: Int) {
        let bits = max(10, Int.bitWidth - (max(runs, 1) - 1).leadingZeroBitCount)
        shortShift = UInt64(64 - (bits - 1))
        longShift = UInt64(64 - (bits - 3))
        unsafe shorts = table(1 << bits, of: Short())
        unsafe longs = table(1 << (bits - 2), of: Long())
    }

    deinit {
        unsafe shorts.deallocate()
        unsafe longs.deallocate()
    }

    /// Three ids of a short run and their number, or `nil` if the cache has none.
    ///
    /// The empty run is always there and has no ids.
    @inline(__always)
    func ids(of key: ShortKey) -> SIMD4<Int32>? {
        // Safety: a shift by `shortShift` leaves the number of a pair. No branch for which of the two, as it would be
        // a coin's toss.
        let pair = unsafe shorts + Int(truncatingIfNeeded: key.hash &>> shortShift) &* 2
        let difference = unsafe pair.pointee.key.difference(from: key)
        let entry = unsafe pair + Int(truncatingIfNeeded: (difference | (0 &- difference)) &>> 63)
        guard unsafe entry.pointee.key.difference(from: key) == 0 else { return nil }
        return unsafe entry.pointee.ids
    }

    /// Writes the ids of a long run where there is room for 15.
    ///
    /// - Returns: their number, or `nil` if the cache has none.
    @inline(__always)
    @unsafe
    func ids(of key: borrowing LongKey, into room: UnsafeMutablePointer<Int32>) -> Int? {
        var entry = unsafe longs + Int(truncatingIfNeeded: key.hash &>> longShift) &* 2
        if unsafe entry.pointee.key.difference(from: key) != 0 {
            unsafe entry += 1
            guard unsafe entry.pointee.key.difference(from: key) == 0 else { return nil }
        }
        for index in 0..<Long.mostIDs { unsafe room[index] = entry.pointee.ids[index &+ 1] }
        return unsafe Int(entry.pointee.ids[0])
    }

    /// Stores the ids of a short run, unless they are too many.
    ///
    /// - Returns: whether they are kept.
    func store(_ key: ShortKey, _ ids: Span<Int32>) -> Bool {
        guard ids.count <= 3 else { return false }
        let pair = unsafe shorts + Int(truncatingIfNeeded: key.hash &>> shortShift) &* 2
        // The first pair stays empty, for the empty run.
        guard unsafe pair > shorts else { return false }
        var lanes = SIMD4<Int32>(0, 0, 0, Int32(ids.count))
        for index in ids.indices { lanes[index] = ids[index] }
        let entry = unsafe pair.pointee.key.high == 0 ? pair : pair + 1
        unsafe entry.pointee = Short(key: key, ids: lanes)
        return true
    }

    /// Stores the ids of a long run, unless they are too many.
    func store(_ key: LongKey, _ ids: Span<Int32>) {
        guard ids.count <= Long.mostIDs else { return }
        var lanes = InlineArray<16, Int32>(repeating: 0)
        lanes[0] = Int32(ids.count)
        for index in ids.indices { lanes[index + 1] = ids[index] }
        let pair = unsafe longs + Int(truncatingIfNeeded: key.hash &>> longShift) &* 2
        let entry = unsafe pair.pointee.ids[0] == 0 ? pair : pair + 1
        unsafe entry.pointee = Long(key: key, ids: lanes)
    }
}

/// Elements that begin on the edge of a cache line.
private func table<Element>(_ count: Int, of element: Element) -> UnsafeMutablePointer<Element> {
    let raw = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Element>.stride, alignment: 64)
    return unsafe raw.initializeMemory(as: Element.self, repeating: element, count: count)
}
