import Files

/// A mapped shard whose footer, header and index are what the manifest says.
final class ShardFile: Sendable {
    let path: String
    let entry: ShardManifest.File
    let schema: ShardSchema
    let headerLength: Int
    let indexPosition: Int
    let map: MappedFile

    init(folder: String, _ entry: ShardManifest.File, _ manifest: ShardManifest) throws(ShardError) {
        let path = folder + "/" + entry.name
        (self.path, self.entry, schema) = (path, entry, manifest.schema)
        let map = try files { () throws(FilesError) in try MappedFile(path) }
        func damaged(_ problem: String) -> ShardError { .damaged(file: path, row: nil, column: nil, problem: problem) }
        let (footer, hash) = try ShardFooter.read(map.bytes, path)
        guard map.count == entry.bytes, ShardManifest.hex(hash) == entry.footer else {
            throw damaged("it is not the shard that the manifest names")
        }
        let indexPosition = Int(footer.indexPosition)
        let index = map.bytes.extracting(indexPosition..<indexPosition + Int(footer.indexLength))
        guard ContentHash.xxh3_64(index) == footer.indexHash else { throw damaged("its index is not what its hash says") }
        let (records, isWhole) = entry.rows.multipliedReportingOverflow(by: schema.large.count)
        let length = (1 + schema.small.count + records) * ShardFormat.recordLength
        guard !isWhole, index.load(UInt32.self, at: 0) == ShardFormat.indexFrame,
            index.byteCount == ShardFormat.skippablePrefix + length, Int(index.load(UInt32.self, at: 4)) == length
        else { throw damaged("its index has \(index.byteCount) bytes, which is not that of \(entry.rows) rows") }
        let header: ShardHeader
        (header, headerLength) = try ShardHeader.read(map.bytes, limit: indexPosition, hash: footer.headerHash, path)
        guard header.cache == manifest.cache, header.identity == manifest.identity, header.schema == schema,
            header.ordinal == entry.ordinal, header.firstRow == entry.firstRow
        else { throw damaged("its header is that of another shard") }
        (self.map, self.indexPosition) = (map, indexPosition)
    }

    /// The record of a large column; `row` counts within the shard.
    func record(large column: Int, row: Int) -> FrameRecord {
        record(1 + schema.small.count + row * schema.large.count + column)
    }

    /// The record of a shard-wide column: the lengths are 0, small columns follow.
    func record(wide column: Int) -> FrameRecord { record(column) }

    private func record(_ number: Int) -> FrameRecord {
        let map = map
        return FrameRecord(map.bytes, at: indexPosition + ShardFormat.skippablePrefix + number * ShardFormat.recordLength)
    }

    /// Decodes the frame of a record into `target`, which has the bytes that the schema gives the column.
    ///
    /// - Parameter rows: what the record must say.
    func decode(
        _ record: FrameRecord, rows: Int, size: Int, allowsBitPlanes: Bool, into target: UnsafeMutableRawBufferPointer,
        with decoder: FrameDecoder, isChecked: Bool
    ) throws(FrameProblem) {
        guard Int(record.raw) == target.count else {
            throw FrameProblem(text: "its record says \(record.raw) bytes, and the schema \(target.count)")
        }
        if unsafe target.isEmpty {
            guard record == .empty else { throw FrameProblem(text: "an empty column has a record that is not") }
            return
        }
        try check(record, rows: rows, allowsBitPlanes: allowsBitPlanes)
        let map = map
        let frame = map.bytes.extracting(Int(record.offset)..<Int(record.offset) + Int(record.stored))
        unsafe try frame.withUnsafeBytes { frame throws(FrameProblem) in
            unsafe try decoder.decode(frame, record, size: size, into: target, isChecked: isChecked)
        }
    }

    /// A record that points into the frames of this file, and promises no more than LZ4 could have shrunk.
    func check(_ record: FrameRecord, rows: Int, allowsBitPlanes: Bool) throws(FrameProblem) {
        guard record.rows == rows else { throw FrameProblem(text: "its record says \(record.rows) rows, and there are \(rows)") }
        let isKnown = record.flags == [] || record.flags == .stored || record.flags == .bitPlanes && allowsBitPlanes
        guard isKnown else { throw FrameProblem(text: "its record has unknown flags") }
        guard record.offset >= UInt64(headerLength), record.offset <= UInt64(indexPosition),
            UInt64(record.stored) <= UInt64(indexPosition) - record.offset
        else { throw FrameProblem(text: "its record points out of the file") }
        guard Int(record.raw) <= FrameLayout.longestContents(frame: Int(record.stored)) else {
            throw FrameProblem(text: "its record says \(record.raw) bytes in a frame of \(record.stored)")
        }
    }
}
