/// Where the fields of a line are: split at each tab, nothing else; empty ones count.
struct Fields {
    private var ends: [Int] = []

    var count: Int { ends.count }

    mutating func split(_ line: Span<UInt8>) {
        ends.removeAll(keepingCapacity: true)
        for index in line.indices where line[index] == UInt8(ascii: "\t") { ends.append(index) }
        ends.append(line.count)
    }

    /// A field of the line that was split, exactly as it stands there.
    func text(_ field: Int, of line: Span<UInt8>) -> String {
        let start = field == 0 ? 0 : ends[field - 1] + 1
        return String(validUTF8: line.extracting(start..<ends[field]))
    }

    func texts(of line: Span<UInt8>) -> [String] { ends.indices.map { text($0, of: line) } }
}

extension String {
    /// From bytes known to be UTF-8, cut where it may be: a character that was cut off at the end is repaired.
    init(validUTF8 bytes: Span<UInt8>) {
        if let text = try? UTF8Span(validating: bytes) {
            self = String(copying: text)
        } else {
            self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        }
    }
}
