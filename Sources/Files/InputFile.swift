import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file, or the standard input, that is read from its beginning to its end.
public final class InputFile {
    public let path: String
    private let file: FileDescriptor
    private let isOwned: Bool
    private let isInterrupted: @Sendable () -> Bool
    public private(set) var isAtEnd = false

    /// - Parameters:
    ///   - path: `-` is the standard input.
    ///   - isInterrupted: asked where a signal cut off the wait for input; `FilesError.interrupted` follows a yes.
    public init(_ path: String, isInterrupted: @escaping @Sendable () -> Bool) throws(FilesError) {
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

    /// Appends what there is, up to `size` bytes; waits until there is something, or the end.
    public func read(into buffer: inout [UInt8], upTo size: Int) throws(FilesError) {
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
            unsafe buffer.withUnsafeMutableBytes { unsafe Self.read(file.rawValue, $0.baseAddress! + old, size) }
        }
        buffer.removeLast(size - count)
        isAtEnd = count == 0
    }

    /// The system's call, which a method of ours hides.
    private static func read(_ file: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int) -> Int {
        #if canImport(Glibc)
            unsafe Glibc.read(file, bytes, count)
        #else
            unsafe Darwin.read(file, bytes, count)
        #endif
    }
}
