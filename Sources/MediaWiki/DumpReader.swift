import Files
public import Tasks

/// Reads the pages of a dump in their order, in constant memory: XML of any version of the export schema, plain or
/// compressed with bzip2 in one stream or many, from a file or the standard input.
public final class DumpReader {
    /// How a reading went so far.
    public struct Progress: Sendable, Equatable {
        /// Bytes of the file, and of XML.
        public var inputBytes = 0
        public var xmlBytes = 0
        /// What was no UTF-8 or no character of XML.
        public var replacements = 0
        /// Faults of the XML that were gone past.
        public var faults = 0
        /// Pages whose text is larger than the limit, which are left out.
        public var oversized = 0
    }

    private let path: String
    private let source: any ByteSource
    private let handler: PageHandler
    private let xml: XMLStream
    private var filter = TextFilter()
    private var xmlBytes = 0
    private var isAtEnd = false
    /// What ended the reading; thrown once the pages before it were given.
    private var failure: MediaWikiError?
    /// Texts of so many bytes are given at once.
    private static let batchSize = 1 << 18

    /// - Parameters:
    ///   - path: `-` is the standard input.
    ///   - largestText: pages with more bytes of text are left out and counted.
    ///   - isInterrupted: asked while input is waited for; `FilesError.interrupted` follows a yes.
    /// - Throws: `MediaWikiError.files`, `.unknownFormat`.
    public init(
        _ path: String, pool: TaskPool, largestText: Int = 256 << 20, isInterrupted: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaWikiError) {
        let file = try onFiles { () throws(FilesError) in try InputFile(path, isInterrupted: isInterrupted) }
        self.path = file.path
        var start: [UInt8] = []
        while start.count < 6, !file.isAtEnd { try onFiles { () throws(FilesError) in try file.read(into: &start, upTo: 1 << 16) } }
        if start.starts(with: "BZh".utf8) {
            source = BZip2Reader(file, start: start, pool: pool)
        } else if let hint = otherFormat(start) {
            throw .unknownFormat(path: file.path, hint: hint)
        } else {
            source = PlainReader(file, start: start)
        }
        handler = PageHandler(largestText: largestText)
        xml = XMLStream(handler)
    }

    /// What the head of the dump says; whole once the first pages came.
    public var site: SiteInfo { handler.site }

    public var progress: Progress {
        Progress(
            inputBytes: source.byteCount, xmlBytes: xmlBytes, replacements: filter.replacements, faults: xml.faults,
            oversized: handler.oversized)
    }

    /// The next pages, a quarter of a mebibyte or one that is larger; nil at the end.
    ///
    /// - Throws: what is wrong with the dump, after all whole pages before it were given.
    public func next() throws(MediaWikiError) -> [DumpPage]? {
        while handler.size < Self.batchSize, handler.pages.count < 4096, !isAtEnd { read() }
        if !handler.pages.isEmpty {
            defer { (handler.pages, handler.size) = ([], 0) }
            return handler.pages
        }
        if let failure { throw failure }
        return nil
    }

    private func read() {
        do throws(MediaWikiError) {
            let bytes = try source.next()
            let text = filter.filter(bytes ?? [], isLast: bytes == nil)
            if let reason = xml.feed(text.span) {
                throw .malformed(path: path, line: reason.line, offset: xmlBytes + reason.offset, reason: reason.reason)
            }
            xmlBytes += text.count
            guard bytes == nil else { return }
            isAtEnd = true
            if !handler.isExport { throw .unknownFormat(path: path, hint: "it has no <mediawiki> element; is it a dump's pages-articles file?") }
            if !handler.isComplete { throw .unfinished(path: path, page: handler.openPage, offset: xmlBytes) }
        } catch {
            (failure, isAtEnd) = (error, true)
        }
    }
}

/// What is not read here, and how to have it read.
private func otherFormat(_ start: [UInt8]) -> String? {
    func begins(_ magic: [UInt8]) -> Bool { start.starts(with: magic) }
    if begins([0x1F, 0x8B]) { return "it is gzip; pipe it: gzip -dc FILE | limbeck corpus wikipedia -" }
    if begins([0x28, 0xB5, 0x2F, 0xFD]) { return "it is Zstandard; pipe it: zstd -dc FILE | limbeck corpus wikipedia -" }
    if begins([0x37, 0x7A, 0xBC, 0xAF]) { return "it is 7z; pipe it: 7z e -so FILE | limbeck corpus wikipedia -" }
    if begins([0xFD, 0x37, 0x7A, 0x58]) { return "it is xz; pipe it: xz -dc FILE | limbeck corpus wikipedia -" }
    if begins(Array("PK".utf8)) { return "it is a zip archive; pipe it: unzip -p FILE | limbeck corpus wikipedia -" }
    let head = start.prefix(64).filter { $0 != 0 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF && $0 != 0xFE && $0 != 0xFF && $0 > 0x20 }
    return head.first == UInt8(ascii: "<") ? nil : start.isEmpty ? "it is empty" : "it does not begin as XML does"
}

/// Bytes as they are.
private final class PlainReader: ByteSource {
    private let file: InputFile
    private var start: [UInt8]?
    private(set) var byteCount = 0

    init(_ file: InputFile, start: [UInt8]) { (self.file, self.start) = (file, start) }

    func next() throws(MediaWikiError) -> [UInt8]? {
        var bytes: [UInt8] = []
        if let start, !start.isEmpty {
            (bytes, self.start) = (start, nil)
        } else {
            try onFiles { () throws(FilesError) in try file.read(into: &bytes, upTo: 1 << 18) }
        }
        byteCount += bytes.count
        return bytes.isEmpty ? nil : bytes
    }
}
