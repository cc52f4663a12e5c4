import Files
import Tasks

/// Decompresses bzip2 in parallel, block by block, from one stream or many, with no index and without seeking.
///
/// A block is found by its sign of 48 bits. Where that stands by chance in the middle of another, neither part can be
/// decoded, and they are put together again.
final class BZip2Reader: ByteSource {
    private let file: InputFile
    private let pool: TaskPool
    private var scanner = BlockScanner()
    /// Pieces in their order, blocks with what becomes of them.
    private var pieces: [(piece: BlockScanner.Piece, result: PendingResult<[UInt8]?>?)] = []
    private var isAtEnd = false
    /// The checksum of the stream so far.
    private var checksum: UInt32 = 0
    private var input: [UInt8]
    private var hasHeader = false
    /// Whether the end of the stream is still to come.
    private var isInStream = true
    /// What ended the reading; thrown once the pieces before it were given.
    private var failure: MediaWikiError?
    /// No compressed block is larger, in bytes: 900 kB that don't shrink, and a little.
    private static let largestPiece = 2 << 20

    var byteCount: Int { scanner.byteCount }

    /// - Parameter start: what was read of the file before.
    init(_ file: InputFile, start: [UInt8], pool: TaskPool) {
        (self.file, input, self.pool) = (file, start, pool)
    }

    func next() throws(MediaWikiError) -> [UInt8]? {
        while true {
            fill()
            guard let (piece, result) = pieces.first else { return try finish() }
            pieces.removeFirst()
            switch piece {
            case .end(let end): try endStream(end)
            case .block(let block):
                let (whole, bytes) = try decode(block, result)
                checksum = (checksum << 1 | checksum >> 31) ^ whole.checksum
                if !bytes.isEmpty { return bytes }
            }
        }
    }

    /// Keeps so many blocks begun that all threads have work.
    private func fill() {
        let wanted = 2 * pool.threads + 1
        while !isAtEnd, pieces.count < wanted {
            do throws(MediaWikiError) { try read() } catch { (failure, isAtEnd) = (error, true) }
        }
    }

    private func read() throws(MediaWikiError) {
        if input.isEmpty {
            try onFiles { () throws(FilesError) in try file.read(into: &input, upTo: 1 << 18) }
            if file.isAtEnd {
                isAtEnd = true
                if let last = scanner.finish() { append(last) }
                return
            }
        }
        for piece in scanner.scan(input.span) { append(piece) }
        input.removeAll(keepingCapacity: true)
        if !hasHeader, scanner.header.bitCount >= 32 {
            hasHeader = true
            guard isHeader(scanner.header, at: 0) else { throw .damaged(path: file.path, offset: 0) }
        }
        let open = scanner.open
        guard open.bitCount <= 8 * Self.largestPiece else { throw .damaged(path: file.path, offset: open.offset / 8) }
    }

    private func append(_ piece: BlockScanner.Piece) {
        if case .block(let block) = piece {
            pieces.append((piece, pool.submit { block.decoded() }))
        } else {
            pieces.append((piece, nil))
        }
    }

    /// What a block holds, joined with the pieces behind it if its end was none.
    private func decode(_ block: CompressedBlock, _ result: PendingResult<[UInt8]?>?) throws(MediaWikiError) -> (CompressedBlock, [UInt8]) {
        if let bytes = result?.wait() { return (block, bytes) }
        var whole = block
        for used in 0..<3 {
            // Its end may not have been read yet.
            fill()
            guard used < pieces.count else { break }
            switch pieces[used].piece {
            case .block(let next), .end(let next): whole.append(next)
            }
            if let bytes = whole.decoded() {
                pieces.removeFirst(used + 1)
                return (whole, bytes)
            }
        }
        let isLast = isAtEnd && pieces.isEmpty
        throw isLast ? .cutOff(path: file.path, offset: scanner.byteCount) : .damaged(path: file.path, offset: block.offset / 8)
    }

    /// Checks what stands behind the end of a stream: its checksum, then nothing or another stream.
    private func endStream(_ end: CompressedBlock) throws(MediaWikiError) {
        guard end.bitCount >= 80 else { throw .cutOff(path: file.path, offset: scanner.byteCount) }
        guard end.checksum == checksum else { throw .damaged(path: file.path, offset: end.offset / 8) }
        // What follows may be what could not be read.
        let isFollowed = !pieces.isEmpty || failure != nil
        (checksum, isInStream) = (0, isFollowed)
        // The next stream begins at a whole byte of the file.
        let header = (end.offset + 80 + 7) / 8 * 8 - end.offset
        if isFollowed, end.bitCount == header + 32, isHeader(end, at: header) { return }
        let rest = end.bits(from: header)
        if !isFollowed, rest.allSatisfy({ $0 == 0 }) { return }
        if !isFollowed, rest.count < 4, Array("BZh".utf8).starts(with: rest.prefix(3)) { throw .cutOff(path: file.path, offset: scanner.byteCount) }
        throw .trailingData(path: file.path, offset: (end.offset + header) / 8)
    }

    private func isHeader(_ block: CompressedBlock, at bit: Int) -> Bool {
        let bytes = block.bits(from: bit)
        return bytes.count >= 4 && bytes.starts(with: "BZh".utf8) && (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[3])
    }

    private func finish() throws(MediaWikiError) -> [UInt8]? {
        if let failure { throw failure }
        guard isInStream else { return nil }
        throw .cutOff(path: file.path, offset: scanner.byteCount)
    }
}

extension CompressedBlock {
    /// Whole bytes from a bit on.
    fileprivate func bits(from start: Int) -> [UInt8] {
        var result: [UInt8] = []
        var position = start
        while position + 8 <= bitCount {
            var byte: UInt8 = 0
            for bit in position..<position + 8 { byte = byte << 1 | bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1 }
            result.append(byte)
            position += 8
        }
        return result
    }
}

/// Gives the bytes of a dump, part by part.
protocol ByteSource: AnyObject {
    /// The next bytes; nil at the end.
    func next() throws(MediaWikiError) -> [UInt8]?
    /// Bytes of the file read so far.
    var byteCount: Int { get }
}

/// Runs work on files, and says of its errors that they came from there.
func onFiles<Value>(_ body: () throws(FilesError) -> Value) throws(MediaWikiError) -> Value {
    do { return try body() } catch { throw .files(error) }
}
