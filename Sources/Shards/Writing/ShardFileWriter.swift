import Files

/// Writes one shard, under a name that says that it is not whole.
final class ShardFileWriter {
    private let schema: ShardSchema
    private let file: OutputFile
    private let hash = ContentHash()
    private let encoder = FrameEncoder()
    private let headerHash: UInt64
    /// Bytes that are not yet in the file.
    private var pending: [UInt8]
    private var start = 0
    private(set) var lengths: [Int] = []
    private(set) var rawBytes = 0
    /// The shard-wide columns so far: the lengths, then the schema's small columns.
    private var small: [[UInt8]]
    private var records: [FrameRecord] = []

    private static let flushLength = 1 << 20

    init(creating path: String, _ header: ShardHeader) throws(ShardError) {
        schema = header.schema
        pending = try header.frame()
        headerHash = ContentHash.xxh3_64(pending)
        small = [[UInt8]](repeating: [], count: 1 + schema.small.count)
        file = try files { () throws(FilesError) in try OutputFile(creating: path) }
    }

    /// - Parameter row: one that fits the schema.
    func append(_ row: ShardRow) throws(ShardError) {
        for (column, contents) in zip(schema.large, row.large) {
            records.append(frame(contents, column.filter, column.element, rows: row.length))
            if pending.count >= Self.flushLength { try flush() }
        }
        small[0].append(littleEndian: UInt32(row.length))
        for (index, contents) in row.small.enumerated() { small[1 + index] += contents }
        lengths.append(row.length)
        rawBytes += schema.rawBytes(length: row.length)
    }

    /// Writes what follows the last row, and waits until the disk has it.
    /// - Returns: the file's length, its XXH3-128, and the hash of its footer.
    func finish() throws(ShardError) -> (bytes: Int, xxh3: String, footer: UInt64) {
        let elements = [.int32] + schema.small.map(\.element)
        var wide: [FrameRecord] = []
        for (contents, element) in zip(small, elements) {
            guard contents.count <= Int(Int32.max) else {
                throw .row(row: lengths.count, problem: "a small column of the shard has \(contents.count) bytes; choose smaller shards")
            }
            wide.append(frame(contents, .none, element, rows: lengths.count))
        }
        var index: [UInt8] = []
        index.append(littleEndian: ShardFormat.indexFrame)
        let indexLength = (wide.count + records.count) * ShardFormat.recordLength
        guard let length = UInt32(exactly: indexLength) else {
            throw .row(row: lengths.count, problem: "the shard's index would have \(indexLength) bytes; choose smaller shards")
        }
        index.append(littleEndian: length)
        for record in wide + records { record.append(to: &index) }
        let position = start + pending.count
        let fileLength = position + index.count + ShardFormat.footerLength
        let footer = ShardFooter(
            indexPosition: UInt64(position), indexLength: UInt64(index.count), fileLength: UInt64(fileLength),
            headerHash: headerHash, indexHash: ContentHash.xxh3_64(index)
        ).frame()
        pending += index + footer.bytes
        try flush()
        try files { () throws(FilesError) in
            try file.synchronise()
            try file.close()
        }
        return (start, hash.hex128(), footer.hash)
    }

    private func frame(_ contents: [UInt8], _ filter: LargeColumn.Filter, _ element: ElementType, rows: Int) -> FrameRecord {
        if contents.isEmpty { return .empty }
        let (place, flags) = encoder.append(contents, filter: filter, size: element.size, to: &pending, start: start)
        let hash = unsafe pending.withUnsafeBytes { unsafe ContentHash.xxh3_64(UnsafeRawBufferPointer(rebasing: $0[place])) }
        return FrameRecord(
            offset: UInt64(start + place.lowerBound), stored: UInt32(place.count), raw: UInt32(contents.count),
            rows: UInt32(rows), flags: flags, hash: hash)
    }

    private func flush() throws(ShardError) {
        try files { () throws(FilesError) in try file.append(pending) }
        hash.update(pending)
        start += pending.count
        pending.removeAll(keepingCapacity: true)
    }
}
