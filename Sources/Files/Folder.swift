import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What is done with paths.
public enum Folder {
    public static func exists(_ path: String) -> Bool { (try? status(path)) != nil }

    public static func isFolder(_ path: String) -> Bool {
        (try? status(path)).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Whether something stands there that is neither file nor folder.
    static func isSpecial(_ path: String) -> Bool {
        (try? status(path)).map { ![S_IFREG, S_IFDIR].contains($0.st_mode & S_IFMT) } ?? false
    }

    /// The bytes of a file.
    public static func contents(_ path: String) throws(FilesError) -> [UInt8] {
        let bytes = try MappedFile(path)
        return unsafe bytes.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The size of a file in bytes.
    public static func size(_ path: String) throws(FilesError) -> Int { Int(try status(path).st_size) }

    /// Bytes of all files in a folder and below.
    public static func totalSize(_ path: String) throws(FilesError) -> Int {
        guard isFolder(path) else { return try size(path) }
        var sum = 0
        for name in try names(path) { sum += try totalSize(path + "/" + name) }
        return sum
    }

    /// Makes a folder and those above it.
    public static func create(_ path: String) throws(FilesError) {
        if isFolder(path) { return }
        let above = FilePath(path).removingLastComponent()
        if !above.isEmpty, above.string != path { try create(above.string) }
        if unsafe mkdir(path, 0o755) == -1 {
            let error = Errno(rawValue: errno)
            if error == .fileExists && isFolder(path) { return }
            throw FilesError(error, path, "make this folder")
        }
    }

    /// The names in a folder, sorted by their bytes.
    public static func names(_ path: String) throws(FilesError) -> [String] {
        guard let stream = unsafe opendir(path) else { throw FilesError(Errno(rawValue: errno), path, "read") }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Removes a file, a link, or a folder with all that is in it; what is not there is no error.
    public static func remove(_ path: String) throws(FilesError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            let error = Errno(rawValue: errno)
            if error == .noSuchFileOrDirectory { return }
            throw FilesError(error, path, "remove")
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            for name in try names(path) { try remove(path + "/" + name) }
            try check(path, "remove") { unsafe rmdir(path) }
        } else {
            try check(path, "remove") { unsafe unlink(path) }
        }
    }

    /// Removes a file or a link, never a folder; what is not there is no error.
    public static func removeFile(_ path: String) throws(FilesError) {
        if unsafe unlink(path) == -1, errno != ENOENT { throw FilesError(Errno(rawValue: errno), path, "remove") }
    }

    /// Whether a name stands in its folder, be it a link that leads nowhere.
    public static func hasEntry(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// Renames in one step, and waits until the disk knows.
    public static func rename(_ path: String, to other: String) throws(FilesError) {
        try check(path, "rename") { move(path, other) }
        let above = FilePath(other).removingLastComponent().string
        try synchronise(above.isEmpty ? "." : above)
    }

    /// Gives a file that is never changed again a second name, or copies it where the file system has no second names.
    public static func share(_ path: String, as other: String) throws(FilesError) {
        if secondName(path, other) == -1 { return try AtomicFile.write(contents(path), to: other) }
        let above = FilePath(other).removingLastComponent().string
        try synchronise(above.isEmpty ? "." : above)
    }

    /// Waits until the folder's own entries are on the disk.
    public static func synchronise(_ path: String) throws(FilesError) {
        let file = try open(path, O_RDONLY, "read")
        defer { try? file.close() }
        try Files.synchronise(file, path)
    }

    /// Makes a symbolic link, in one step in place of one that is there; one that is right already is left alone.
    ///
    /// - Throws: `FilesError.inTheWay` where something else than a link stands there.
    public static func link(_ path: String, to target: String) throws(FilesError) {
        guard try !isLink(path, to: target) else { return }
        let part = path + ".part"
        try removeLink(part)
        try check(path, "link") { unsafe symlink(target, part) }
        try rename(part, to: path)
    }

    /// Removes a symbolic link; what is not there is no error.
    ///
    /// - Throws: `FilesError.inTheWay` where something else than a link stands there.
    public static func removeLink(_ path: String) throws(FilesError) {
        _ = try isLink(path, to: "")
        try removeFile(path)
    }

    /// - Throws: `FilesError.inTheWay` where something else than a link stands there.
    public static func checkLink(_ path: String) throws(FilesError) { _ = try isLink(path, to: "") }

    private static func isLink(_ path: String, to target: String) throws(FilesError) -> Bool {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFLNK else { throw .inTheWay(path: path) }
        let above = FilePath(path).removingLastComponent().string
        let place = target.hasPrefix("/") ? target : (above.isEmpty ? "." : above) + "/" + target
        return resolved(path) != nil && resolved(path) == resolved(place)
    }

    /// The path from the root on, with links and dots resolved; nil where there is nothing.
    public static func resolved(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }
}

private func secondName(_ path: String, _ other: String) -> Int32 {
    #if canImport(Glibc)
        unsafe Glibc.link(path, other)
    #else
        unsafe Darwin.link(path, other)
    #endif
}

private func move(_ path: String, _ other: String) -> Int32 {
    #if canImport(Glibc)
        unsafe Glibc.rename(path, other)
    #else
        unsafe Darwin.rename(path, other)
    #endif
}
