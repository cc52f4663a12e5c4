import CZip

/// Why an archive was not made.
public struct ZipError: Error, Equatable, Sendable, CustomStringConvertible {
    /// As libzip says it.
    public let problem: String

    public var description: String { "the zip was not made: \(problem)" }
}

/// Zip archives (PKWARE's APPNOTE), by libzip.
public enum ZipArchive {
    /// The bytes of an archive of some files; the same for equal files, whenever it is made.
    ///
    /// - Parameter files: names and contents, in their order; a name stands once.
    public static func bytes(_ files: [(name: String, contents: [UInt8])]) throws(ZipError) -> [UInt8] {
        var error = unsafe zip_error_t()
        unsafe zip_error_init(&error)
        defer { unsafe zip_error_fini(&error) }
        guard let source = unsafe zip_source_buffer_create(nil, 0, 0, &error) else { throw unsafe ZipError(&error) }
        defer { unsafe zip_source_free(source) }
        guard let archive = unsafe zip_open_from_source(source, ZIP_TRUNCATE, &error) else { throw unsafe ZipError(&error) }
        // Closing gives the source away, and what was written is read from it.
        unsafe zip_source_keep(source)
        do throws(ZipError) {
            for file in files { try unsafe add(file.name, file.contents, to: archive) }
        } catch {
            unsafe zip_discard(archive)
            throw error
        }
        guard unsafe zip_close(archive) == 0 else {
            let problem = unsafe ZipError(zip_get_error(archive))
            unsafe zip_discard(archive)
            throw problem
        }
        return try unsafe contents(of: source)
    }

    private static func add(_ name: String, _ contents: [UInt8], to archive: OpaquePointer) throws(ZipError) {
        // libzip reads what it is given when the archive is closed, so that it takes a copy that it frees itself.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(contents.count, 1), alignment: 1)
        unsafe copy.copyBytes(from: contents)
        guard let buffer = unsafe zip_source_buffer(archive, copy.baseAddress, zip_uint64_t(contents.count), 1) else {
            unsafe copy.deallocate()
            throw unsafe ZipError(zip_get_error(archive))
        }
        let index = unsafe zip_file_add(archive, name, buffer, zip_flags_t(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            let problem = unsafe ZipError(zip_get_error(archive))
            unsafe zip_source_free(buffer)
            throw problem
        }
        // The first day that the format knows: no clock and no time zone decides a byte.
        guard unsafe zip_file_set_dostime(archive, zip_uint64_t(index), 0, 1 << 5 | 1, 0) == 0 else { throw unsafe ZipError(zip_get_error(archive)) }
    }

    private static func contents(of source: OpaquePointer) throws(ZipError) -> [UInt8] {
        func problem() -> ZipError { unsafe ZipError(zip_source_error(source)) }
        var state = unsafe zip_stat_t()
        guard unsafe zip_source_stat(source, &state) == 0, unsafe zip_source_open(source) == 0 else { throw problem() }
        defer { unsafe zip_source_close(source) }
        var bytes = unsafe [UInt8](repeating: 0, count: Int(state.size))
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe zip_source_read(source, $0.baseAddress, zip_uint64_t($0.count)) }
        guard count == bytes.count else { throw problem() }
        return bytes
    }
}

extension ZipError {
    init(_ error: UnsafeMutablePointer<zip_error_t>?) {
        problem = unsafe error.flatMap { unsafe zip_error_strerror($0) }.map { unsafe String(cString: $0) } ?? "unknown"
    }
}
