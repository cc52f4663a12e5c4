import Files

extension ShardSet {
    /// What `verify` looked at.
    public struct Facts: Sendable, Equatable {
        public var rows: Int
        public var tokens: Int
        public var shards: Int
        /// Of the shards' files.
        public var bytes: Int
        /// Of the columns, before compression.
        public var rawBytes: Int
    }

    /// Checks every byte: the journal, each file's hash, that frames and gaps fill it with nothing between, and every frame's own
    /// checksums.
    ///
    /// - Complexity: reads and decodes the whole set.
    @discardableResult
    public func verify() throws(ShardError) -> Facts {
        guard let facts = try verify(progress: { _ in false }) else { preconditionFailure("nobody asked to stop") }
        return facts
    }

    /// - Parameter progress: told of the rows that were checked, shard after shard; returns whether to stop.
    /// - Returns: nil where it was stopped.
    public func verify(progress: (Int) -> Bool) throws(ShardError) -> Facts? {
        try verifyJournal()
        var facts = Facts(rows: rowCount, tokens: tokenCount, shards: manifest.files.count, bytes: 0, rawBytes: 0)
        for ordinal in manifest.files.indices {
            let shard = try pool.shard(ordinal)
            facts.bytes += shard.entry.bytes
            let map = shard.map
            guard ContentHash.hex128(map.bytes) == shard.entry.xxh3 else {
                throw .damaged(file: shard.path, row: nil, column: nil, problem: "it is not what its hash in the manifest says")
            }
            let rows = shard.entry.firstRow..<shard.entry.firstRow + shard.entry.rows
            try withDecoder { decoder throws(ShardError) in try shard.verify(lengths[rows], decoder) }
            if progress(rows.upperBound) { return nil }
        }
        for length in lengths { facts.rawBytes += schema.rawBytes(length: length) }
        return facts
    }

    private func verifyJournal() throws(ShardError) {
        let path = folder + "/" + ShardFormat.journal
        let bytes = try files { () throws(FilesError) in try Folder.contents(path) }
        let journal = try Journal.read(bytes, path)
        guard let journal, journal.text == bytes, journal.chain == manifest.journal, journal.entries == manifest.files else {
            throw .damaged(file: path, row: nil, column: nil, problem: "it is not the journal that the manifest names")
        }
    }
}

extension ShardFile {
    /// Decodes every frame with LZ4's own checksums, in the order of the file, and checks what lies between.
    func verify(_ lengths: ArraySlice<Int>, _ decoder: FrameDecoder) throws(ShardError) {
        var position = headerLength
        var buffer: [UInt8] = []
        for (row, length) in lengths.enumerated() {
            for (column, description) in schema.large.enumerated() {
                let record = record(large: column, row: row)
                let count = description.bytes(length: length)
                do throws(FrameProblem) { try advance(&position, over: record) } catch {
                    throw .damaged(file: path, row: entry.firstRow + row, column: description.name, problem: error.text)
                }
                if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
                try unsafe buffer.withUnsafeMutableBufferPointer { buffer throws(ShardError) in
                    let target = unsafe UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
                    try unsafe readLarge(column, row: row, length: length, into: target, decoder, isChecked: true)
                    if unsafe description.element.hasNonFinite(UnsafeRawBufferPointer(target), width: description.width) {
                        throw .notFinite(row: entry.firstRow + row, column: description.name)
                    }
                }
            }
        }
        for column in 0...schema.small.count {
            let name = column == 0 ? "length" : schema.small[column - 1].name
            do throws(FrameProblem) { try advance(&position, over: record(wide: column)) } catch {
                throw .damaged(file: path, row: nil, column: name, problem: error.text)
            }
            if column > 0 { _ = try small(column - 1, decoder, isChecked: true) }
        }
        _ = try wide(0, "length", .int32, count: 4 * entry.rows, decoder, isChecked: true)
        guard position == indexPosition else {
            throw .damaged(file: path, row: nil, column: nil, problem: "bytes stand between the last frame and the index")
        }
    }

    /// Steps over a frame and the gap before it, if there is one.
    private func advance(_ position: inout Int, over record: FrameRecord) throws(FrameProblem) {
        if record == .empty { return }
        guard record.offset >= UInt64(position), record.offset <= UInt64(indexPosition),
            UInt64(record.stored) <= UInt64(indexPosition) - record.offset
        else { throw FrameProblem(text: "its frame lies over another, or out of the file") }
        let gap = Int(record.offset) - position
        let isAligned = record.flags == .stored && Int(record.raw) <= FrameLayout.blockLength
        if isAligned, record.offset % 64 != 45 { throw FrameProblem(text: "its frame is stored and not aligned") }
        if gap > 0 {
            let prefix = ShardFormat.skippablePrefix
            let map = map
            guard isAligned, gap >= prefix, gap < prefix + 64, map.bytes.load(UInt32.self, at: position) == ShardFormat.gapFrame,
                Int(map.bytes.load(UInt32.self, at: position + 4)) == gap - prefix,
                map.bytes.array(position + prefix..<position + gap).allSatisfy({ $0 == 0 })
            else { throw FrameProblem(text: "the gap before its frame is not an empty one of 8 to 71 bytes before an aligned frame") }
        }
        position = Int(record.offset) + Int(record.stored)
    }
}
