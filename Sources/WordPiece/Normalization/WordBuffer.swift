/// The normalised UTF-8 of the word being read.
struct WordBuffer {
    private(set) var bytes: [UInt8]
    private(set) var count = 0
    private(set) var scalarCount = 0
    let maximumLength: Int
    /// The marks at the end of the word, by combining class, while no other character follows.
    private var run: [(combiningClass: UInt8, byteCount: Int)] = []
    private var runEnd = -1

    init(maximumLength: Int) {
        bytes = [UInt8](repeating: 0, count: 4 * min(maximumLength, 256) + 8)
        self.maximumLength = maximumLength
    }

    var isEmpty: Bool { scalarCount == 0 }
    var isTooLong: Bool { scalarCount > maximumLength }

    mutating func clear() {
        count = 0
        scalarCount = 0
        runEnd = -1
    }

    @inline(__always)
    mutating func append(ascii byte: UInt8) {
        scalarCount += 1
        // What is too long is unknown, whatever it holds.
        if scalarCount > maximumLength { return }
        push(byte)
    }

    mutating func append(_ scalar: UInt32) {
        scalarCount += 1
        if scalarCount > maximumLength { return }
        switch scalar {
        case ..<0x80: push(UInt8(scalar))
        case ..<0x800:
            push(0xC0 | UInt8(scalar >> 6))
            push(continuation(scalar))
        case ..<0x10000:
            push(0xE0 | UInt8(scalar >> 12))
            push(continuation(scalar >> 6))
            push(continuation(scalar))
        default:
            push(0xF0 | UInt8(scalar >> 18))
            push(continuation(scalar >> 12))
            push(continuation(scalar >> 6))
            push(continuation(scalar))
        }
    }

    /// Appends a combining mark in canonical order: before the marks of higher class that end the word
    /// (Unicode Standard, section 3.11, D109).
    mutating func append(mark: UInt32, combiningClass: UInt8) {
        // A word that is too long is unknown whatever follows, and its marks need no order.
        guard scalarCount < maximumLength else {
            scalarCount += 1
            return
        }
        if runEnd != count { run.removeAll(keepingCapacity: true) }
        let start = count
        append(mark)
        let byteCount = count - start
        var place = run.count
        var offset = start
        while place > 0, run[place - 1].combiningClass > combiningClass {
            place -= 1
            offset -= run[place].byteCount
        }
        if offset < start, byteCount > 0 {
            let moved = Array(bytes[offset..<start])
            for index in 0..<byteCount { bytes[offset + index] = bytes[start + index] }
            for index in moved.indices { bytes[offset + byteCount + index] = moved[index] }
        }
        run.insert((combiningClass, byteCount), at: place)
        runEnd = count
    }

    /// Marks that follow do not move before those already there.
    mutating func endMarks() { runEnd = -1 }

    @inline(__always)
    private mutating func push(_ byte: UInt8) {
        if count < bytes.count { bytes[count] = byte } else { bytes.append(byte) }
        count += 1
    }
}

private func continuation(_ bits: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: bits & 0x3F) }
