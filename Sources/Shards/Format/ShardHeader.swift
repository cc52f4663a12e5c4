import Files

/// What a shard says of itself at its beginning.
struct ShardHeader: Codable, Equatable {
    /// The set that the shard belongs to: `cacheID` of its identity and schema.
    var cache: String
    var firstRow: Int
    var identity: ShardIdentity
    var ordinal: Int
    var schema: ShardSchema
}

extension ShardHeader {
    static func cacheID(_ identity: ShardIdentity, _ schema: ShardSchema) -> String {
        ContentHash.hex128(CanonicalJSON.encode(identity) + CanonicalJSON.encode(schema))
    }

    /// A skippable frame whose length is a multiple of 64.
    func frame() throws(ShardError) -> [UInt8] {
        let json = CanonicalJSON.encode(self)
        let prefix = ShardFormat.skippablePrefix + ShardFormat.headerPrefix
        let length = (prefix + json.count + 63) / 64 * 64
        guard length <= ShardFormat.longestHeader else {
            throw .schema(
                problem: "the header would take \(length) bytes, \(ShardFormat.longestHeader) at most; "
                    + "use shorter names and attributes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        bytes.append(littleEndian: ShardFormat.headerFrame)
        bytes.append(littleEndian: UInt32(length - ShardFormat.skippablePrefix))
        bytes.append(littleEndian: ShardFormat.magic)
        bytes.append(littleEndian: UInt32(ShardFormat.version))
        bytes.append(littleEndian: UInt32(length - prefix))
        bytes += json
        return bytes + [UInt8](repeating: 0x20, count: length - bytes.count)
    }

    /// Reads the frame at the beginning of a file, once its hash is known to be right.
    /// - Returns: the header and the length of its frame.
    static func read(_ file: RawSpan, limit: Int, hash: UInt64, _ path: String) throws(ShardError) -> (ShardHeader, Int) {
        let prefix = ShardFormat.skippablePrefix + ShardFormat.headerPrefix
        func damaged(_ problem: String) -> ShardError { .damaged(file: path, row: nil, column: nil, problem: problem) }
        guard limit >= prefix, file.load(UInt32.self, at: 0) == ShardFormat.headerFrame else {
            throw damaged("it does not begin with a header")
        }
        let length = ShardFormat.skippablePrefix + Int(file.load(UInt32.self, at: 4))
        guard length >= prefix, length <= min(limit, ShardFormat.longestHeader) else {
            throw damaged("its header has a length of \(length)")
        }
        guard ContentHash.xxh3_64(file.extracting(0..<length)) == hash else {
            throw damaged("its header is not what its hash says")
        }
        guard file.load(UInt64.self, at: 8) == ShardFormat.magic,
            file.load(UInt32.self, at: 16) == UInt32(ShardFormat.version),
            Int(file.load(UInt32.self, at: 20)) == length - prefix
        else { throw damaged("its header is not of this format") }
        let header: ShardHeader
        do {
            header = try CanonicalJSON.decode(ShardHeader.self, file.array(prefix..<length))
        } catch { throw damaged("its header: \(error.text)") }
        if let problem = header.schema.problem { throw damaged("its header: \(problem)") }
        return (header, length)
    }
}
