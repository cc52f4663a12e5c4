import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lines of a file or of the standard input, piece by piece: memory holds a piece, not the file.
public final class LineReader {
    /// A line of more bytes is an error, so that no input can take all memory.
    public static let longestLine = 64 << 20

    private let path: String
    private let file: FileDescriptor
    private let isOwned: Bool
    private let isInterrupted: @Sendable () -> Bool
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    /// Lines handed out.
    private var number = 0

    /// - Parameters:
    ///   - path: `-` is the standard input.
    ///   - isInterrupted: asked where a signal cut off the wait for input; `FilesError.interrupted` follows a yes.
    public init(_ path: String, isInterrupted: @escaping @Sendable () -> Bool = { false }) throws(FilesError) {
        self.isInterrupted = isInterrupted
        if path == "-" {
            (self.path, file, isOwned) = ("standard input", FileDescriptor(rawValue: 0), false)
        } else {
            file = try open(path, O_RDONLY, "read")
            (self.path, isOwned) = (path, true)
            guard !Folder.isFolder(path) else { throw .isFolder(path: path) }
        }
    }

    deinit { if isOwned { try? file.close() } }

    /// Whether the next line is there already, so that nothing is waited for.
    public var hasLine: Bool { buffer[start...].contains(0x0A) || isAtEnd }

    /// The next line without its LF; nil at the end. A last line needs no LF.
    public func next() throws(FilesError) -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { (start, number) = (end + 1, number + 1) }
                return Array(buffer[start..<end])
            }
            searched = buffer.count
            if isAtEnd {
                guard start < buffer.count else { return nil }
                defer { (start, number) = (buffer.count, number + 1) }
                return Array(buffer[start...])
            }
            guard searched - start < Self.longestLine else {
                throw .system(path: path, operation: "read", reason: "line \(number + 1) is longer than \(Self.longestLine) bytes")
            }
            buffer.removeFirst(start)
            searched -= start
            start = 0
            try fill()
        }
    }

    private func fill() throws(FilesError) {
        let size = 1 << 18
        let old = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: size))
        // Asked before each wait, and the waits are short: a signal between asking and reading would be lost.
        while true {
            if isInterrupted() { throw .interrupted }
            var wanted = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
            let ready = unsafe poll(&wanted, 1, 100)
            if ready > 0 || (ready < 0 && errno != EINTR) { break }
        }
        let count = try check(path, "read", isInterrupted) {
            unsafe buffer.withUnsafeMutableBytes { unsafe read(file.rawValue, $0.baseAddress! + old, size) }
        }
        buffer.removeLast(size - count)
        isAtEnd = count == 0
    }
}
