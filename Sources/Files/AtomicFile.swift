/// Writes whole files: a reader sees the old one or the new one, also after a kill or a loss of power.
public enum AtomicFile {
    /// A pipe or a device is written to as it is; no file could take its place.
    public static func write(_ bytes: [UInt8], to path: String) throws(FilesError) {
        guard !Folder.isSpecial(path) else {
            let file = try OutputFile(appendingTo: path)
            try file.append(bytes)
            return try file.close()
        }
        let part = path + ".part"
        do {
            try fill(part, bytes)
            try Folder.rename(part, to: path)
        } catch {
            try? Folder.remove(part)
            throw error
        }
    }

    private static func fill(_ path: String, _ bytes: [UInt8]) throws(FilesError) {
        let file = try OutputFile(creating: path)
        try file.append(bytes)
        try file.synchronise()
        try file.close()
    }
}
