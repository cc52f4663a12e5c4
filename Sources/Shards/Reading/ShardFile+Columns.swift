import Files

extension ShardFile {
    /// The shard's lengths, which agree with the manifest.
    func lengths(_ decoder: FrameDecoder) throws(ShardError) -> [Int] {
        let bytes = try wide(0, "length", .int32, count: 4 * entry.rows, decoder, isChecked: false)
        let lengths = unsafe bytes.withUnsafeBytes { bytes in
            (0..<entry.rows).map { Int(UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self))) }
        }
        guard lengths.allSatisfy({ $0 <= Int32.max }), lengths.reduce(0, +) == entry.tokens else {
            throw .damaged(file: path, row: nil, column: nil, problem: "its lengths are not those of \(entry.tokens) tokens")
        }
        return lengths
    }

    /// Checks the records of all large columns, so that no row promises more than this file can hold.
    func check(_ lengths: [Int]) throws(ShardError) {
        for (row, length) in lengths.enumerated() {
            for (column, description) in schema.large.enumerated() {
                do throws(FrameProblem) {
                    try check(record(large: column, row: row), length, description)
                } catch {
                    throw .damaged(file: path, row: entry.firstRow + row, column: description.name, problem: error.text)
                }
            }
        }
    }

    private func check(_ record: FrameRecord, _ length: Int, _ column: LargeColumn) throws(FrameProblem) {
        let count = column.bytes(length: length)
        guard Int(record.raw) == count else {
            throw FrameProblem(text: "its record says \(record.raw) bytes, and the schema \(count)")
        }
        if count > 0 { try check(record, rows: length, allowsBitPlanes: column.filter == .bitPlanes) }
    }

    /// The bytes of a small column.
    func small(_ column: Int, _ decoder: FrameDecoder, isChecked: Bool = false) throws(ShardError) -> [UInt8] {
        let description = schema.small[column]
        let count =
            switch description.layout {
            case .row: entry.rows * description.bytes(length: 0)
            case .token: entry.tokens * description.element.size
            }
        return try wide(1 + column, description.name, description.element, count: count, decoder, isChecked: isChecked)
    }

    func wide(
        _ column: Int, _ name: String, _ element: ElementType, count: Int, _ decoder: FrameDecoder, isChecked: Bool
    ) throws(ShardError) -> [UInt8] {
        let record = record(wide: column)
        do throws(FrameProblem) {
            // Before memory is taken for it.
            if count > 0 { try check(record, rows: entry.rows, allowsBitPlanes: false) }
            guard count == Int(record.raw) else {
                throw FrameProblem(text: "its record says \(record.raw) bytes, and the schema \(count)")
            }
            var bytes = [UInt8](repeating: 0, count: count)
            try unsafe bytes.withUnsafeMutableBufferPointer { bytes throws(FrameProblem) in
                unsafe try decode(
                    record, rows: entry.rows, size: element.size, allowsBitPlanes: false,
                    into: UnsafeMutableRawBufferPointer(bytes), with: decoder, isChecked: isChecked)
            }
            return bytes
        } catch {
            throw .damaged(file: path, row: nil, column: name, problem: error.text)
        }
    }

    /// Reads a large column of a row; `row` counts within the shard.
    func readLarge(
        _ column: Int, row: Int, length: Int, into target: UnsafeMutableRawBufferPointer, _ decoder: FrameDecoder,
        isChecked: Bool = false
    ) throws(ShardError) {
        let description = schema.large[column]
        do throws(FrameProblem) {
            try unsafe decode(
                record(large: column, row: row), rows: length, size: description.element.size,
                allowsBitPlanes: description.filter == .bitPlanes, into: target, with: decoder, isChecked: isChecked)
        } catch {
            throw .damaged(file: path, row: entry.firstRow + row, column: description.name, problem: error.text)
        }
    }

    /// Lends a large column of a row out of the mapped file, checked, where its frame is stored in one block; nil where it is not.
    func withStored<Result>(
        _ column: Int, row: Int, length: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ShardError) -> Result? {
        let description = schema.large[column]
        let record = record(large: column, row: row)
        guard record.flags == .stored, Int(record.raw) <= FrameLayout.blockLength else { return nil }
        do throws(FrameProblem) {
            try check(record, length, description)
            let map = map
            let frame = map.bytes.extracting(Int(record.offset)..<Int(record.offset) + Int(record.stored))
            return try unsafe frame.withUnsafeBytes { frame throws(FrameProblem) in
                try unsafe body(FrameDecoder.stored(frame, record))
            }
        } catch {
            throw .damaged(file: path, row: entry.firstRow + row, column: description.name, problem: error.text)
        }
    }
}
