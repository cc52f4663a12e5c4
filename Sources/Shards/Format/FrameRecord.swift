/// Where the frame of a column lies, and what it holds: 32 bytes of the index.
struct FrameRecord: Equatable {
    struct Flags: OptionSet {
        let rawValue: UInt32
        /// The blocks of the frame are not compressed, and not filtered.
        static let stored = Flags(rawValue: 1)
        static let bitPlanes = Flags(rawValue: 2)
    }

    var offset: UInt64
    /// Bytes of the frame.
    var stored: UInt32
    /// Bytes of the column, after decoding.
    var raw: UInt32
    /// Tokens of the row; for a shard-wide column, rows of the shard.
    var rows: UInt32
    var flags: Flags
    /// XXH3-64 of the frame's bytes.
    var hash: UInt64

    /// A column with no bytes, which has no frame.
    static let empty = FrameRecord(offset: 0, stored: 0, raw: 0, rows: 0, flags: [], hash: 0)
}

extension FrameRecord {
    init(_ bytes: RawSpan, at position: Int) {
        offset = bytes.load(UInt64.self, at: position)
        stored = bytes.load(UInt32.self, at: position + 8)
        raw = bytes.load(UInt32.self, at: position + 12)
        rows = bytes.load(UInt32.self, at: position + 16)
        flags = Flags(rawValue: bytes.load(UInt32.self, at: position + 20))
        hash = bytes.load(UInt64.self, at: position + 24)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: offset)
        bytes.append(littleEndian: stored)
        bytes.append(littleEndian: raw)
        bytes.append(littleEndian: rows)
        bytes.append(littleEndian: flags.rawValue)
        bytes.append(littleEndian: hash)
    }
}
