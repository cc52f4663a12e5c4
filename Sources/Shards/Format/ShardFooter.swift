import Files

/// The last 72 bytes of a shard: a skippable frame that says where its index is, and the hashes to check it by.
struct ShardFooter: Equatable {
    var indexPosition: UInt64
    var indexLength: UInt64
    var fileLength: UInt64
    var headerHash: UInt64
    var indexHash: UInt64

    /// The frame, and its hash (taken with zeros in the hash's own place).
    func frame() -> (bytes: [UInt8], hash: UInt64) {
        var bytes: [UInt8] = []
        bytes.append(littleEndian: ShardFormat.footerFrame)
        bytes.append(littleEndian: UInt32(ShardFormat.footerLength - ShardFormat.skippablePrefix))
        for number in [indexPosition, indexLength, fileLength, headerHash, indexHash, 0] { bytes.append(littleEndian: number) }
        bytes.append(littleEndian: UInt32(ShardFormat.version))
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: ShardFormat.magic)
        let hash = ContentHash.xxh3_64(bytes)
        for index in 0..<8 { bytes[Self.hashOffset + index] = UInt8(truncatingIfNeeded: hash >> (8 * UInt64(index))) }
        return (bytes, hash)
    }

    private static let hashOffset = 48

    /// Reads the footer of a file; the version comes first, so that a later format is told from damage.
    static func read(_ file: RawSpan, _ path: String) throws(ShardError) -> (footer: ShardFooter, hash: UInt64) {
        func damaged(_ problem: String) -> ShardError { .damaged(file: path, row: nil, column: nil, problem: problem) }
        let start = file.byteCount - ShardFormat.footerLength
        guard start >= 0, file.load(UInt64.self, at: start + 64) == ShardFormat.magic else {
            throw damaged("it does not end in a footer")
        }
        let version = file.load(UInt32.self, at: start + 56)
        guard version == UInt32(ShardFormat.version) else { throw .unknownVersion(file: path, found: Int(version)) }
        let footer = ShardFooter(
            indexPosition: file.load(UInt64.self, at: start + 8), indexLength: file.load(UInt64.self, at: start + 16),
            fileLength: file.load(UInt64.self, at: start + 24), headerHash: file.load(UInt64.self, at: start + 32),
            indexHash: file.load(UInt64.self, at: start + 40))
        let (bytes, hash) = footer.frame()
        guard file.array(start..<file.byteCount) == bytes else { throw damaged("its footer is not what its hash says") }
        guard footer.fileLength == UInt64(file.byteCount) else {
            throw damaged("it has \(file.byteCount) bytes and its footer says \(footer.fileLength)")
        }
        guard footer.indexPosition <= UInt64(start), footer.indexLength == UInt64(start) - footer.indexPosition,
            footer.indexLength >= UInt64(ShardFormat.skippablePrefix + ShardFormat.recordLength)
        else { throw damaged("its footer puts the index where none can be") }
        return (footer, hash)
    }
}
