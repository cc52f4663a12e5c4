/// Writes whole files: a reader sees the old one or the new one, also after a kill or a loss of power.
public enum AtomicFile {
    public static func write(_ bytes: [UInt8], to path: String) throws(FilesError) {
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
