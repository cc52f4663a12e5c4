public import Files

/// What makes a dump unusable from some place on; all pages before it were given.
public enum MediaWikiError: Error, Equatable, Sendable, CustomStringConvertible {
    case files(FilesError)
    /// A file that is neither XML nor compressed with bzip2.
    case unknownFormat(path: String, hint: String)
    /// Compressed data that end too early, at a byte of the file.
    case cutOff(path: String, offset: Int)
    /// A block, or a checksum, that is not what was written, at a byte of the file.
    case damaged(path: String, offset: Int)
    /// Something behind the compressed data that is no more of them.
    case trailingData(path: String, offset: Int)
    /// XML that ends inside a page or before its root is closed; the offset counts bytes of XML.
    case unfinished(path: String, page: String?, offset: Int)
    /// XML that cannot be read on.
    case malformed(path: String, line: Int, offset: Int, reason: String)

    /// Whether the dump itself is at fault, and the pages before the fault were given.
    public var isDamage: Bool {
        switch self {
        case .files, .unknownFormat: false
        case .cutOff, .damaged, .trailingData, .unfinished, .malformed: true
        }
    }

    public var description: String {
        switch self {
        case .files(let error): error.description
        case .unknownFormat(let path, let hint): "\(path): is neither XML nor bzip2; \(hint)"
        case .cutOff(let path, let offset):
            "\(path): the file is cut off at byte \(offset); all whole pages before were read; fetch the file again for the rest"
        case .damaged(let path, let offset):
            "\(path): the compressed block at byte \(offset) is damaged; all whole pages before were read; fetch the file again for the rest"
        case .trailingData(let path, let offset):
            "\(path): what follows byte \(offset) is no bzip2; all pages before were read; if the file should hold more, fetch it again"
        case .unfinished(let path, let page, let offset):
            "\(path): the XML ends after \(offset) bytes" + (page.map { " inside the page '\($0)'" } ?? ", before its end tag")
                + "; all whole pages were read; fetch the file again for the rest"
        case .malformed(let path, let line, let offset, let reason):
            "\(path): the XML cannot be read on from line \(line), byte \(offset) of it: \(reason); all whole pages before were read"
        }
    }
}
