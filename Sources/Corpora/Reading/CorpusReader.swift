import Files

/// Reads the splits of a corpus as its descriptor says.
///
/// A record that cannot be used is rejected; a file that cannot be is an error.
public struct CorpusReader: Sendable {
    public let descriptor: CorpusDescriptor

    public init(_ descriptor: CorpusDescriptor) { self.descriptor = descriptor }

    /// Where a split's file is.
    ///
    /// - Throws: `CorporaError.unknownSplit`.
    public func path(of split: String, in folder: String) throws(CorporaError) -> String {
        guard let file = descriptor.splits[split] else {
            throw .unknownSplit(name: descriptor.name, split: split, splits: descriptor.splits.keys.sorted())
        }
        return folder.isEmpty || file.hasPrefix("/") ? file : folder + "/" + file
    }

    /// All records of a split in memory.
    ///
    /// - Parameters:
    ///   - readsLabels: whether labels are wanted; those of a split that is only predicted may be anything.
    ///   - keptRejects: how many unusable records are kept; the others are counted.
    /// - Throws: as `forEach` does.
    public func read(
        split: String, folder: String, readsLabels: Bool = true, keptRejects: Int = .max
    ) throws(CorporaError) -> ReadResult {
        var result = ReadResult(hasHeader: descriptor.layout(of: split).header)
        try forEach(split: split, folder: folder, readsLabels: readsLabels, wrap: { $0 }) { record throws(CorporaError) in
            result.add(record, keptRejects: keptRejects)
        }
        return result
    }

    /// Gives the records of a split one by one. The file is mapped, and each record becomes text by itself.
    ///
    /// - Parameters:
    ///   - readsLabels: whether labels are wanted; those of a split that is only predicted may be anything.
    ///   - wrap: makes an error of the caller's kind.
    /// - Throws: `CorporaError` where the file is absent, empty, no UTF-8, has another header or other contents than
    ///   the descriptor says, or has a label that it does not list.
    public func forEach<Failure: Error>(
        split: String, folder: String, readsLabels: Bool = true, wrap: (CorporaError) -> Failure,
        _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        let file: MappedFile
        let path: String
        do throws(CorporaError) {
            try descriptor.validate()
            path = try self.path(of: split, in: folder)
            file = try map(path)
            if let expected = descriptor.checksums[split] {
                let found = ContentHash.hex128(file.bytes)
                guard found == expected else { throw .wrongChecksum(path: path, expected: expected, found: found) }
            }
        } catch {
            throw wrap(error)
        }
        try forEach(in: file.utf8, split: split, path: path, readsLabels: readsLabels, wrap: wrap, body)
    }

    private func map(_ path: String) throws(CorporaError) -> MappedFile {
        do {
            return try MappedFile(path)
        } catch .missing {
            let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            let present = try onFiles { () throws(FilesError) in try Folder.names(above.isEmpty ? "/" : above) }
            throw .missingFile(path: path, present: present)
        } catch {
            throw .files(error)
        }
    }

    /// - Parameter path: what errors call the bytes.
    func forEach<Failure: Error>(
        in bytes: Span<UInt8>, split: String, path: String, readsLabels: Bool, wrap: (CorporaError) -> Failure,
        _ body: (Record) throws(Failure) -> Void
    ) throws(Failure) {
        var lines = LineScanner(bytes)
        var records = LineRecords(descriptor, split: split, path: path, readsLabels: readsLabels)
        while let line = lines.next() {
            let record: Record?
            do throws(CorporaError) {
                record = try records.record(validated(line, path: path, line: lines.line, start: lines.start), line: lines.line)
            } catch {
                throw wrap(error)
            }
            if let record { try body(record) }
        }
        let last: Record?
        do throws(CorporaError) { last = try records.end() } catch { throw wrap(error) }
        if let last { try body(last) }
    }
}

extension ReadResult {
    mutating func add(_ record: Record, keptRejects: Int) {
        switch record {
        case .example(let example): examples.append(example)
        case .reject(let reject):
            rejectCount += 1
            if rejects.count < keptRejects { rejects.append(reject) }
        }
    }
}
