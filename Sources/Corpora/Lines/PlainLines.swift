import Files

/// Text with one item a line: a file, or the standard input, whose name is "-".
public enum PlainLines {
    /// All lines, without their ends.
    ///
    /// - Throws: `CorporaError.invalidUTF8` with the line and the byte, `CorporaError.files`.
    public static func read(_ path: String) throws(CorporaError) -> [String] {
        var lines: [String] = []
        try forEach(in: path) { line, _ in lines.append(String(copying: line)) }
        return lines
    }

    /// Hands over line after line with its number, which counts from 1; a file is mapped, not loaded.
    ///
    /// - Throws: `CorporaError.invalidUTF8` with the line and the byte, `CorporaError.files`, and what `body` throws.
    public static func forEach(
        in path: String, _ body: (UTF8Span, Int) throws(CorporaError) -> Void
    ) throws(CorporaError) {
        if path == "-" {
            let bytes = try onFiles { () throws(FilesError) in try Folder.standardInput() }
            try forEach(of: bytes.span, path: "standard input", body)
        } else {
            let file = try onFiles { () throws(FilesError) in try MappedFile(path) }
            try forEach(of: file.utf8, path: path, body)
        }
    }

    static func forEach(
        of bytes: Span<UInt8>, path: String, _ body: (UTF8Span, Int) throws(CorporaError) -> Void
    ) throws(CorporaError) {
        var scanner = LineScanner(bytes)
        while let line = scanner.next() {
            try body(try validated(line, path: path, line: scanner.line, start: scanner.start), scanner.line)
        }
    }
}

/// The bytes of a line as text.
@_lifetime(copy bytes)
func validated(_ bytes: Span<UInt8>, path: String, line: Int, start: Int) throws(CorporaError) -> UTF8Span {
    do {
        return try UTF8Span(validating: bytes)
    } catch {
        throw .invalidUTF8(path: path, line: line, offset: start + error.byteOffsets.lowerBound)
    }
}

extension MappedFile {
    var utf8: Span<UInt8> {
        @_lifetime(borrow self)
        get { Span(_bytes: bytes) }
    }
}
