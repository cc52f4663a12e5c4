/// Walks over lines that end in LF or CR LF; the last one needs no end. A byte order mark counts only at the very start.
struct LineScanner: ~Escapable {
    private let bytes: Span<UInt8>
    private var position: Int
    /// The line last found; counts from 1.
    private(set) var line = 0
    /// Where the line last found begins in the bytes.
    private(set) var start = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        self.bytes = bytes
        let hasMark = bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
        position = hasMark ? 3 : 0
    }

    /// The next line without its end.
    @_lifetime(copy self)
    mutating func next() -> Span<UInt8>? {
        guard position < bytes.count else { return nil }
        start = position
        line += 1
        var end = position
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        position = end + 1
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return bytes.extracting(start..<end)
    }
}
