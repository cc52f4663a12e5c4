import SystemPackage

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where data go.
public enum StandardOutput {
    /// - Throws: `FilesError.closedPipe` where the reader has gone, which is no fault of ours.
    public static func write(_ bytes: [UInt8]) throws(FilesError) { try writeAll(bytes, to: 1, "standard output") }
    public static func write(_ text: String) throws(FilesError) { try write(Array(text.utf8)) }
}

/// Where all else goes.
public enum StandardError {
    public static func write(_ text: String) throws(FilesError) { try writeAll(Array(text.utf8), to: 2, "standard error") }
}

private func writeAll(_ bytes: [UInt8], to file: Int32, _ name: String) throws(FilesError) {
    var from = 0
    while from < bytes.count {
        from += try check(name, "write") {
            unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress! + from, $0.count - from) }
        }
    }
}
