import WordPiece

/// Turns lines into others, one for one; each thread has its own.
protocol BlockFilter: ~Copyable {
    /// - Parameters:
    ///   - lines: each with its LF, but perhaps for the last.
    ///   - line: the number of the first, from 1.
    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock
    /// - Parameter part: of a line that is too long to be held, without its LF.
    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock
}

/// What a filter makes of the lines of a block.
struct FilteredBlock: Sendable {
    var bytes: [UInt8] = []
    /// Lines that were not usable, or not wholly.
    var problems: [(line: Int, reason: String)] = []
}

extension BlockFilter where Self: ~Copyable {
    /// A line too long for a filter that needs all of it at once; it leaves what unusable lines leave.
    func reject(isLast: Bool, of line: Int, leaving text: String) -> FilteredBlock {
        guard isLast else { return FilteredBlock() }
        return FilteredBlock(bytes: Array(text.utf8), problems: [(line, "the line is longer than \(longestLine >> 20) MiB; cut it into shorter ones")])
    }
}

extension FilteredBlock {
    /// A line as UTF-8; `nil` if it is not, and is not to be repaired.
    mutating func usable(_ bytes: Span<UInt8>, _ invalid: TokenizerFilter.InvalidText, line: Int) -> [UInt8]? {
        guard let (text, count) = repairedUTF8(bytes) else { return Array(copying: bytes) }
        switch invalid {
        case .replace:
            problems.append((line, Self.replaced(count)))
            return text
        case .reject:
            problems.append((line, "the line is not UTF-8; convert it to UTF-8 first, or let --invalid replace it"))
            return nil
        }
    }

    static func replaced(_ count: Int) -> String {
        "what is not UTF-8 was replaced by U+FFFD (\(count) of them); convert the text to UTF-8 first"
    }
}

extension Array<UInt8> {
    init(copying bytes: Span<UInt8>) {
        self.init()
        append(addingCapacity: bytes.count) { output in
            for index in bytes.indices { output.append(bytes[index]) }
        }
    }
}

/// The lines of a block, without their LFs.
func lineRanges(_ block: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    while start < block.count {
        let end = block[start...].firstIndex(of: UInt8(ascii: "\n")) ?? block.count
        ranges.append(start..<end)
        start = end + 1
    }
    return ranges
}
