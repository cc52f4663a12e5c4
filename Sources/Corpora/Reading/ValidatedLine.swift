import Files

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
