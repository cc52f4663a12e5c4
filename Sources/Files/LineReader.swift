/// The lines of a file or of the standard input, piece by piece: memory holds a piece, not the file.
public final class LineReader {
    /// A line of more bytes is an error, so that no input can take all memory.
    public static let longestLine = 64 << 20

    private let file: InputFile
    private var buffer: [UInt8] = []
    private var start = 0
    /// Lines handed out.
    private var number = 0

    /// - Parameters:
    ///   - path: `-` is the standard input.
    ///   - isInterrupted: asked where a signal cut off the wait for input; `FilesError.interrupted` follows a yes.
    public init(_ path: String, isInterrupted: @escaping @Sendable () -> Bool = { false }) throws(FilesError) {
        file = try InputFile(path, isInterrupted: isInterrupted)
    }

    /// Whether the next line is there already, so that nothing is waited for.
    public var hasLine: Bool { buffer[start...].contains(0x0A) || file.isAtEnd }

    /// The next line without its LF; nil at the end. A last line needs no LF.
    public func next() throws(FilesError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { (start, number) = (end + 1, number + 1) }
                return Array(buffer[start..<end])
            }
            searched = buffer.count
            if file.isAtEnd {
                guard start < buffer.count else { return nil }
                defer { (start, number) = (buffer.count, number + 1) }
                return Array(buffer[start...])
            }
            guard searched - start < Self.longestLine else {
                throw .system(path: file.path, operation: "read", reason: "line \(number + 1) is longer than \(Self.longestLine) bytes")
            }
            buffer.removeFirst(start)
            searched -= start
            start = 0
            try file.read(into: &buffer, upTo: 1 << 18)
        }
    }
}
