/// Distinct strings of bytes and how often each was met, in the order in which they came.
struct CountedStrings: Sendable {
    private(set) var bytes: [UInt8] = []
    /// String `i` is `starts[i]..<starts[i + 1]`.
    private(set) var starts = [0]
    private(set) var counts: [Int] = []
    private var hashes: [UInt32] = []
    /// Numbers of strings by hash, linearly probed; -1 is free. At most half are taken.
    private var slots = [Int32](repeating: -1, count: 1 << 12)

    var count: Int { counts.count }

    func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

    /// - Returns: the string's number.
    @discardableResult
    mutating func add(_ string: Span<UInt8>, _ times: Int = 1) -> Int {
        if 2 * count >= slots.count { grow() }
        let hash = hash(of: string)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if hashes[index] == hash, isEqual(index, string) {
                counts[index] += times
                return index
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        slots[slot] = Int32(count)
        bytes.append(addingCapacity: string.count) { output in
            for index in string.indices { output.append(string[index]) }
        }
        starts.append(bytes.count)
        counts.append(times)
        hashes.append(hash)
        return count - 1
    }

    private func isEqual(_ index: Int, _ string: Span<UInt8>) -> Bool {
        let range = range(index)
        guard range.count == string.count else { return false }
        let bytes = bytes.span
        for place in string.indices where bytes[range.lowerBound + place] != string[place] { return false }
        return true
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        for index in 0..<count {
            var slot = Int(hashes[index]) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(index)
        }
    }

    mutating func add(_ other: CountedStrings) {
        let bytes = other.bytes.span
        for index in 0..<other.count { add(bytes.extracting(other.range(index)), other.counts[index]) }
    }

    /// Those that were met more than so often.
    func above(_ limit: Int) -> CountedStrings {
        var kept = CountedStrings()
        let bytes = bytes.span
        for index in 0..<count where counts[index] > limit { kept.add(bytes.extracting(range(index)), counts[index]) }
        return kept
    }
}

/// Eight bytes at a time, by products with an odd constant.
private func hash(of string: Span<UInt8>) -> UInt32 {
    var hash = UInt64(string.count) &* 0x9E37_79B9_7F4A_7C15
    unsafe string.withUnsafeBytes { bytes in
        var index = 0
        while index < bytes.count {
            var word: UInt64 = 0
            if index + 8 <= bytes.count {
                // Safety: the eight bytes lie within the string.
                word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            } else {
                for place in index..<bytes.count { word = unsafe word << 8 | UInt64(bytes[place]) }
            }
            hash = (hash ^ word) &* 0xC2B2_AE3D_27D4_EB4F
            hash ^= hash >> 29
            index += 8
        }
    }
    return UInt32(truncatingIfNeeded: hash >> 32)
}
