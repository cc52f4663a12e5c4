import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The right to write into a folder, held until the last reference goes or the process ends; no file stands for it.
public final class FolderLock: Sendable {
    private let file: FileDescriptor

    /// - Throws: `FilesError.locked` where another process, or another lock of this one, holds it.
    public init(_ folder: String) throws(FilesError) {
        file = try open(folder, O_RDONLY, "lock")
        if flock(file.rawValue, LOCK_EX | LOCK_NB) == -1 {
            // `deinit` closes the file: all properties are set by now.
            let error = Errno(rawValue: errno)
            throw error == .wouldBlock ? .locked(folder: folder) : FilesError(error, folder, "lock")
        }
    }

    deinit {
        // A process that is being started may hold a copy of the file, and with it the lock.
        flock(file.rawValue, LOCK_UN)
        try? file.close()
    }
}
