/// The lines of a file or of the standard input, many at a time.
public final class LineBlockReader {
    public enum Block: Sendable {
        /// Whole lines, each with its LF but for one at the very end of the input.
        case lines([UInt8])
        /// A part of a line that is too long to be held, without its LF; `isLast` ends it.
        case part([UInt8], isLast: Bool)
    }

    /// A line of more bytes comes in parts.
    private let longestLine: Int
    private let file: InputFile
    /// What was read after the last LF.
    private var rest: [UInt8] = []
    private var isInLongLine = false
    private static let readSize = 1 << 20

    /// - Parameters:
    ///   - path: `-` is the standard input.
    ///   - isInterrupted: asked where a signal cut off the wait for input; `FilesError.interrupted` follows a yes.
    public init(
        _ path: String, longestLine: Int, isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws(FilesError) {
        self.longestLine = longestLine
        file = try InputFile(path, isInterrupted: isInterrupted)
    }

    /// The next block; `nil` at the end. Lines that are there already are not kept waiting for more.
    public func next() throws(FilesError) -> Block? {
        var block = rest
        rest = []
        // Parts of a long line hold what comes next, so only what is new is searched.
        var searched = isInLongLine ? 0 : block.count
        while true {
            if isInLongLine, let end = block.firstIndex(of: newline) {
                rest = Array(block[(end + 1)...])
                isInLongLine = false
                return .part(Array(block[..<end]), isLast: true)
            }
            if !isInLongLine, let last = block[searched...].lastIndex(of: newline) {
                rest = Array(block[(last + 1)...])
                block.removeSubrange((last + 1)...)
                return .lines(block)
            }
            if file.isAtEnd {
                defer { isInLongLine = false }
                if isInLongLine { return .part(block, isLast: true) }
                return block.isEmpty ? nil : .lines(block)
            }
            if block.count >= longestLine || (isInLongLine && !block.isEmpty) {
                isInLongLine = true
                return .part(block, isLast: false)
            }
            searched = block.count
            try file.read(into: &block, upTo: Self.readSize)
        }
    }
}

private let newline = UInt8(ascii: "\n")
