/// Writes whole files: a reader sees the old one or the new one, also after a kill or a loss of power.
public enum AtomicFile {
    public static func write(_ bytes: [UInt8], to path: String) throws(FilesError) {
        try write(to: path) { file throws(FilesError) in try file.append(bytes) }
    }

    /// Refuses a target that could not be written, before what goes there is computed.
    public static func check(_ path: String) throws(FilesError) {
        if Folder.isFolder(path) { throw .isFolder(path: path) }
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex, !Folder.isFolder(String(path[..<slash])) else { return }
        throw .missing(path: String(path[..<slash]))
    }

    /// Writes piece by piece, so that memory never holds the whole.
    ///
    /// A pipe or a device is written to as it is; no file could take its place.
    /// - Parameter body: what it throws leaves the old file.
    public static func write<Failure: Error>(
        to path: String, wrap: (FilesError) -> Failure, _ body: (OutputFile) throws(Failure) -> Void
    ) throws(Failure) {
        func files<Value>(_ call: () throws(FilesError) -> Value) throws(Failure) -> Value {
            do { return try call() } catch { throw wrap(error) }
        }
        // Behind /dev/stdout may be a file that others write to, too.
        let open = Self.descriptor(path)
        // What a link stands for is written, and the link stays.
        let path = open == nil ? Folder.resolved(path) ?? path : path
        let isSpecial = open != nil || Folder.isSpecial(path)
        if Folder.isFolder(path) { throw wrap(.isFolder(path: path)) }
        let target = isSpecial ? path : path + ".part"
        let file = try files { () throws(FilesError) in
            if let open { return try OutputFile(duplicating: open, path: path) }
            if isSpecial { return try OutputFile(appendingTo: path) }
            do throws(FilesError) { return try OutputFile(creating: target) } catch {
                // It is the folder that is not there.
                guard case .missing = error, let slash = path.lastIndex(of: "/") else { throw error }
                throw .missing(path: String(path[..<slash]))
            }
        }
        do throws(Failure) {
            try body(file)
            try files { () throws(FilesError) in
                if !isSpecial { try file.synchronise() }
                try file.close { () throws(FilesError) in if !isSpecial { try Folder.rename(target, to: path) } }
            }
        } catch {
            if !isSpecial { try? Folder.removeFile(target) }
            throw error
        }
    }

    /// The open file that a path is another name of.
    private static func descriptor(_ path: String) -> Int32? {
        switch path {
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default:
            guard let folder = ["/dev/fd/", "/proc/self/fd/"].first(where: path.hasPrefix) else { return nil }
            return Int32(path.dropFirst(folder.count))
        }
    }

    public static func write(
        to path: String, _ body: (OutputFile) throws(FilesError) -> Void
    ) throws(FilesError) {
        try write(to: path, wrap: { $0 }, body)
    }
}
