import Pipelines
import WordPiece

/// Makes something of lines; each thread has its own.
protocol BlockFilter<Output>: ~Copyable {
    associatedtype Output: Sendable

    /// - Parameters:
    ///   - lines: each with its LF, but perhaps for the last.
    ///   - line: the number of the first, from 1.
    mutating func filter(lines: [UInt8], from line: Int) -> FilteredBlock<Output>
    /// - Parameter part: of a line that is too long to be held, without its LF.
    mutating func filter(part: [UInt8], isLast: Bool, of line: Int) -> FilteredBlock<Output>
}

/// What a filter makes of the lines of a block.
struct FilteredBlock<Output: Sendable>: Sendable {
    var output: Output
    /// Lines that were not usable, or not wholly.
    var problems: [LineProblem] = []
}

struct LineProblem: Sendable {
    /// From 1.
    var line: Int
    var reason: String

    static func tooLong(_ line: Int) -> LineProblem {
        LineProblem(line: line, reason: "the line is longer than \(longestLine >> 20) MiB; cut it into shorter ones")
    }

    static func replaced(_ count: Int, _ line: Int) -> LineProblem {
        LineProblem(line: line, reason: "what is not UTF-8 was replaced by U+FFFD (\(count) of them); convert the text to UTF-8 first")
    }
}

/// What is held of a line where it cannot be dealt with in parts.
let longestLine = 64 << 20

extension BlockFilter where Self: ~Copyable, Output == [UInt8] {
    /// A line too long for a filter that needs all of it at once; it leaves what unusable lines leave.
    func reject(isLast: Bool, of line: Int, leaving text: String) -> FilteredBlock<[UInt8]> {
        isLast ? FilteredBlock(output: Array(text.utf8), problems: [.tooLong(line)]) : FilteredBlock(output: [])
    }
}

/// What becomes of text that is not UTF-8.
public enum InvalidText: String, Sendable, CaseIterable {
    /// What is ill-formed counts as U+FFFD.
    case replace
    case reject
}

extension FilteredBlock {
    /// A line as UTF-8; `nil` if it is not, and is not to be repaired.
    mutating func usable(_ bytes: Span<UInt8>, _ invalid: InvalidText, line: Int) -> [UInt8]? {
        guard let (text, count) = repairedUTF8(bytes) else { return Array(copying: bytes) }
        switch invalid {
        case .replace:
            problems.append(.replaced(count, line))
            return text
        case .reject:
            problems.append(LineProblem(line: line, reason: "the line is not UTF-8; convert it to UTF-8 first, or let --invalid replace it"))
            return nil
        }
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
