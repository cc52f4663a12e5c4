import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Calls of the system that SystemPackage does not have, and the one place where errno becomes an error.

extension FilesError {
    init(_ errno: Errno, _ path: String, _ operation: String) {
        self =
            switch errno {
            case .noSuchFileOrDirectory: .missing(path: path)
            case .permissionDenied, .notPermitted, .readOnlyFileSystem: .noPermission(path: path, operation: operation)
            case .noSpace, .diskQuotaExceeded: .full(path: path)
            case .brokenPipe: .closedPipe
            case .isDirectory: .isFolder(path: path)
            default: .system(path: path, operation: operation, reason: errno.description)
            }
    }
}

/// Runs a call that answers -1 on failure, again where a signal cut it off, unless that was to stop the work.
@discardableResult
func check<Value: BinaryInteger>(
    _ path: String, _ operation: String, _ isInterrupted: () -> Bool = { false }, _ call: () -> Value
) throws(FilesError) -> Value {
    while true {
        let result = call()
        if result != -1 { return result }
        let error = Errno(rawValue: errno)
        if error != .interrupted { throw FilesError(error, path, operation) }
        if isInterrupted() { throw .interrupted }
    }
}

func open(_ path: String, _ flags: Int32, _ operation: String) throws(FilesError) -> FileDescriptor {
    FileDescriptor(rawValue: try check(path, operation) { unsafe open(path, flags | O_CLOEXEC, 0o644) })
}

func synchronise(_ file: FileDescriptor, _ path: String) throws(FilesError) {
    try check(path, "write") { fsync(file.rawValue) }
}

func status(_ path: String) throws(FilesError) -> stat {
    var status = stat()
    try check(path, "read") { unsafe stat(path, &status) }
    return status
}
