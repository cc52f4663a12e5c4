import Files

/// Reads the splits of a corpus as its descriptor says.
///
/// A record that cannot be used is rejected; a file that cannot be is an error.
public struct TableReader: Sendable {
    public let descriptor: TableDescriptor

    public init(_ descriptor: TableDescriptor) { self.descriptor = descriptor }

    /// Where a split's file is.
    ///
    /// - Throws: `CorporaError.unknownSplit`.
    public func path(of split: String, in folder: String) throws(CorporaError) -> String {
        guard let file = descriptor.splits[split] else {
            throw .unknownSplit(name: descriptor.name, split: split, splits: descriptor.splits.keys.sorted())
        }
        return folder.isEmpty || file.hasPrefix("/") ? file : folder + "/" + file
    }

    /// All records of a split. The file is mapped, and each line becomes text by itself.
    ///
    /// - Parameters:
    ///   - readsLabels: whether labels are wanted; those of a split that is only predicted may be anything.
    ///   - keptRejects: how many unusable records are kept; the others are counted.
    /// - Throws: `CorporaError` where the file is absent, empty, no UTF-8, has another header or other contents than
    ///   the descriptor says, or has a label that it does not list.
    public func read(
        split: String, folder: String, readsLabels: Bool = true, keptRejects: Int = .max
    ) throws(CorporaError) -> ReadResult {
        try descriptor.validate()
        let path = try path(of: split, in: folder)
        let file: MappedFile
        do {
            file = try MappedFile(path)
        } catch .missing {
            let above = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
            let present = try onFiles { () throws(FilesError) in try Folder.names(above.isEmpty ? "/" : above) }
            throw .missingFile(path: path, present: present)
        } catch {
            throw .files(error)
        }
        if let expected = descriptor.checksums[split] {
            let found = ContentHash.hex128(file.bytes)
            guard found == expected else { throw .wrongChecksum(path: path, expected: expected, found: found) }
        }
        return try read(file.utf8, split: split, path: path, readsLabels: readsLabels, keptRejects: keptRejects)
    }

    /// - Parameter path: what errors call the bytes.
    func read(
        _ bytes: Span<UInt8>, split: String, path: String, readsLabels: Bool = true, keptRejects: Int = .max
    ) throws(CorporaError) -> ReadResult {
        let layout = descriptor.layout(of: split)
        var lines = LineScanner(bytes)
        var fields = Fields()
        var result = ReadResult(hasHeader: layout.header)
        var record: RecordReader?
        var firstCount = 0
        while let bytes = lines.next() {
            let text = try validated(bytes, path: path, line: lines.line, start: lines.start)
            fields.split(text.span)
            if record == nil {
                firstCount = fields.count
                let header = layout.header ? fields.texts(of: text.span) : nil
                record = try RecordReader(
                    descriptor, split: split, header: header, width: fields.count, path: path, readsLabels: readsLabels)
                if header != nil { continue }
            }
            guard let record else { continue }
            do {
                result.examples.append(try record.example(text.span, fields, line: lines.line))
            } catch {
                switch error {
                case .fatal(let error): throw error
                case .unusable(let reason):
                    result.rejectCount += 1
                    if result.rejects.count < keptRejects {
                        result.rejects.append(Reject(line: lines.line, reason: reason, excerpt: excerpt(text.span)))
                    }
                }
            }
        }
        guard let record else { throw .emptyFile(path: path) }
        // Not one line as wide as the descriptor says: another file, or another separator.
        if !layout.header, result.examples.isEmpty, firstCount != record.width {
            throw .wrongColumnCount(path: path, line: 1, expected: record.width, found: firstCount)
        }
        return result
    }
}

/// At most 80 characters of a line.
private func excerpt(_ line: Span<UInt8>) -> String {
    let text = String(validUTF8: line.extracting(first: min(line.count, 400)))
    return text.count > 80 ? text.prefix(79) + "…" : text
}
