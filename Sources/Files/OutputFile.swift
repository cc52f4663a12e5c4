import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that grows at its end.
public final class OutputFile {
    public let path: String
    /// Bytes in the file.
    public private(set) var position: Int
    private let file: FileDescriptor
    private var isOpen = true

    /// Empties the file where there is one, and holds a lock on it until it is closed.
    ///
    /// - Throws: `FilesError.locked` where another process is writing it.
    public convenience init(creating path: String) throws(FilesError) {
        let file = try open(path, O_WRONLY | O_CREAT, "write")
        self.init(path, file, position: 0)
        if flock(file.rawValue, LOCK_EX | LOCK_NB) == -1 {
            let error = Errno(rawValue: errno)
            if error == .wouldBlock { throw .locked(folder: path) }
        }
        try check(path, "write") { ftruncate(file.rawValue, 0) }
    }

    public convenience init(appendingTo path: String) throws(FilesError) {
        let file = try open(path, O_WRONLY | O_CREAT | O_APPEND, "write")
        self.init(path, file, position: (try? Folder.size(path)) ?? 0)
    }

    /// Goes on where another descriptor of this process stands, which stays open.
    public convenience init(duplicating number: Int32, path: String) throws(FilesError) {
        let copy = try check(path, "write") { dup(number) }
        self.init(path, FileDescriptor(rawValue: copy), position: 0)
    }

    private init(_ path: String, _ file: FileDescriptor, position: Int) {
        (self.path, self.file, self.position) = (path, file, position)
    }

    deinit { if isOpen { _ = closed(file) } }

    /// Appends bytes, or numbers as they stand in memory.
    public func append<Number: BitwiseCopyable>(_ numbers: [Number]) throws(FilesError) {
        precondition(isOpen, "the file is open until it is closed")
        let count = numbers.count * MemoryLayout<Number>.stride
        var from = 0
        while from < count {
            let written = try check(path, "write") {
                unsafe numbers.withUnsafeBytes { unsafe write(file.rawValue, $0.baseAddress! + from, $0.count - from) }
            }
            from += written
            position += written
        }
    }

    public func append(_ bytes: UnsafeRawBufferPointer) throws(FilesError) {
        precondition(isOpen, "the file is open until it is closed")
        var rest = unsafe bytes
        while unsafe !rest.isEmpty {
            let written = try check(path, "write") { unsafe write(file.rawValue, rest.baseAddress, rest.count) }
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            position += written
        }
    }

    /// Waits until the bytes are on the disk.
    public func synchronise() throws(FilesError) {
        precondition(isOpen, "the file is open until it is closed")
        try Files.synchronise(file, path)
    }

    /// - Parameter last: what is done while the file is still locked.
    public func close(_ last: () throws(FilesError) -> Void = {}) throws(FilesError) {
        guard isOpen else { return }
        isOpen = false
        do { try last() } catch {
            _ = closed(file)
            throw error
        }
        try check(path, "write") { closed(file) }
    }
}

/// A descriptor that a signal kept from an orderly end is closed all the same.
private func closed(_ file: FileDescriptor) -> Int32 {
    let result = close(file.rawValue)
    return result == -1 && errno == EINTR ? 0 : result
}
