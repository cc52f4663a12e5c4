import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file mapped for reading, unmapped with its last reference.
@safe public final class MappedFile: Sendable {
    public let path: String
    public let count: Int
    /// Safety: `count` bytes, mapped in `init`, unmapped only in `deinit`; nil for an empty file.
    private nonisolated(unsafe) let base: UnsafeRawPointer?

    public init(_ path: String) throws(FilesError) {
        // A pipe would be waited for.
        let file = try open(path, O_RDONLY | O_NONBLOCK, "read")
        defer { try? file.close() }
        var status = stat()
        try check(path, "read") { unsafe fstat(file.rawValue, &status) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .isFolder(path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .system(path: path, operation: "read", reason: "it is not a regular file")
        }
        self.path = path
        count = Int(status.st_size)
        guard count > 0 else {
            unsafe base = nil
            return
        }
        let address = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, file.rawValue, 0)
        guard let address = unsafe address, unsafe address != MAP_FAILED else {
            throw FilesError(Errno(rawValue: errno), path, "read")
        }
        unsafe base = UnsafeRawPointer(address)
    }

    deinit {
        if let base = unsafe base { unsafe munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeStart: base ?? UnsafeRawPointer(bitPattern: 64)!, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
