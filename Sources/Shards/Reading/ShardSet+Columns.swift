extension ShardSet {
    /// The bytes of a small column for all rows, one after the other.
    public func small(_ name: String) throws(ShardError) -> [UInt8] {
        guard let column = schema.small.firstIndex(where: { $0.name == name }) else {
            throw .unknownColumn(folder: folder, name: name, present: schema.small.map(\.name))
        }
        return try withDecoder { decoder throws(ShardError) in
            var bytes: [UInt8] = []
            for ordinal in manifest.files.indices { bytes += try pool.shard(ordinal).small(column, decoder) }
            return bytes
        }
    }

    /// The bytes of a small column of one shard.
    public func small(_ name: String, shard ordinal: Int) throws(ShardError) -> [UInt8] {
        guard let column = schema.small.firstIndex(where: { $0.name == name }) else {
            throw .unknownColumn(folder: folder, name: name, present: schema.small.map(\.name))
        }
        return try withDecoder { decoder throws(ShardError) in try pool.shard(ordinal).small(column, decoder) }
    }

    /// The shard that holds a row, and the row's number in it.
    public func place(of row: Int) -> (shard: Int, row: Int) {
        let ordinal = pool.ordinal(of: row)
        return (ordinal, row - manifest.files[ordinal].firstRow)
    }

    /// A small column of numbers of one byte.
    public func uint8s(_ name: String) throws(ShardError) -> [UInt8] { try numbers(name, .uint8) { $0 } }

    /// A small column of whole numbers.
    public func int32s(_ name: String) throws(ShardError) -> [Int32] {
        try numbers(name, .int32) { bytes in
            words(bytes).map { Int32(bitPattern: $0) }
        }
    }

    /// A small column of floating-point numbers.
    public func float32s(_ name: String) throws(ShardError) -> [Float] {
        try numbers(name, .float32) { bytes in
            words(bytes).map { Float(bitPattern: $0) }
        }
    }

    private func numbers<Number>(
        _ name: String, _ element: ElementType, _ convert: ([UInt8]) -> [Number]
    ) throws(ShardError) -> [Number] {
        if let column = schema.small.first(where: { $0.name == name }), column.element != element {
            throw .wrongElement(folder: folder, column: name, expected: element, found: column.element)
        }
        return convert(try small(name))
    }

    /// The number of a large column among those of the schema.
    public func largeColumn(_ name: String) throws(ShardError) -> Int {
        guard let column = schema.large.firstIndex(where: { $0.name == name }) else {
            throw .unknownColumn(folder: folder, name: name, present: schema.large.map(\.name))
        }
        return column
    }

    /// Reads a large column of one row, checked against its hash; may be called on many threads at once.
    ///
    /// - Parameter target: `lengths[row] * width * element.size` bytes.
    /// - Throws: `ShardError.damaged`; the target then holds nothing of use.
    public func readLarge(column: Int, row: Int, into target: UnsafeMutableRawBufferPointer) throws(ShardError) {
        precondition(target.count == schema.large[column].bytes(length: lengths[row]), "the target has the column's size")
        let shard = try pool.shard(pool.ordinal(of: row))
        try withDecoder { decoder throws(ShardError) in
            try unsafe shard.readLarge(column, row: row - shard.entry.firstRow, length: lengths[row], into: target, decoder)
        }
    }

    /// Lends the bytes of a large column of one row, checked against their hash: those of the mapped file where they stand there as
    /// they are, else decoded.
    public func withLarge<Result>(
        column: Int, row: Int, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ShardError) -> Result {
        let shard = try pool.shard(pool.ordinal(of: row))
        let local = row - shard.entry.firstRow
        let mapped = try unsafe shard.withStored(column, row: local, length: lengths[row], body)
        if let mapped { return mapped }
        let count = schema.large[column].bytes(length: lengths[row])
        return try withDecoder { decoder throws(ShardError) in
            let target = unsafe decoder.room(count)
            try unsafe shard.readLarge(column, row: local, length: lengths[row], into: target, decoder)
            return unsafe body(UnsafeRawBufferPointer(target))
        }
    }

    /// The bytes of a large column of one row.
    public func large(column: Int, row: Int) throws(ShardError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: schema.large[column].bytes(length: lengths[row]))
        try unsafe bytes.withUnsafeMutableBufferPointer { bytes throws(ShardError) in
            try unsafe readLarge(column: column, row: row, into: UnsafeMutableRawBufferPointer(bytes))
        }
        return bytes
    }
}

private func words(_ bytes: [UInt8]) -> [UInt32] {
    unsafe bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / 4).map { UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)) }
    }
}
