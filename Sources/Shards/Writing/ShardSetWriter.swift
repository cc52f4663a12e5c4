import Files

/// Writes rows into a folder of shards; killed at any point and begun again, it ends with the same bytes.
///
/// Each shard is written as `.part`, put on the disk, renamed, and then entered in the journal; the manifest comes last. The folder
/// is locked while a writer lives.
public final class ShardSetWriter {
    public let folder: String
    public let schema: ShardSchema
    public let identity: ShardIdentity
    public let shardBytes: Int
    /// Rows in committed shards: a writer that was begun again wants the row of this number next.
    public private(set) var committedRows = 0

    private let claim: ShardFolderClaim
    private var journal: Journal
    private var shard: ShardFileWriter?
    private var state = State.open

    private enum State { case open, failed, sealed }

    /// Locks the folder (made where there is none), removes what a kill left, and takes over the committed shards.
    ///
    /// - Parameter shardBytes: a shard closes with the first row that makes its raw bytes this many; 1 to 2^30.
    /// - Throws: `ShardError.sealed` where the folder is complete, `.differentContents` where it was begun for other contents.
    public convenience init(
        folder: String, schema: ShardSchema, identity: ShardIdentity, shardBytes: Int = 64 << 20
    ) throws(ShardError) {
        try Self.check(schema, shardBytes)
        try self.init(ShardFolderClaim(folder), schema: schema, identity: identity, shardBytes: shardBytes)
    }

    /// Writes into a folder that is held already.
    ///
    /// - Parameter part: where the folder's shards begin, if it is to be a part of a set that another writer adopts.
    public init(
        _ claim: ShardFolderClaim, schema: ShardSchema, identity: ShardIdentity, shardBytes: Int = 64 << 20, part: ShardPosition? = nil
    ) throws(ShardError) {
        try Self.check(schema, shardBytes)
        (self.claim, folder) = (claim, claim.folder)
        (self.schema, self.identity, self.shardBytes) = (schema, identity, shardBytes)
        let opening = Journal.Opening(
            cache: ShardHeader.cacheID(identity, schema), format: ShardFormat.name, identity: identity, schema: schema,
            shardBytes: shardBytes, version: ShardFormat.version, part: part)
        journal = try Self.resumed(folder, opening)
        committedRows = journal.next.row
    }

    private static func check(_ schema: ShardSchema, _ shardBytes: Int) throws(ShardError) {
        if let problem = schema.problem { throw .schema(problem: problem) }
        guard (1...1 << 30).contains(shardBytes) else {
            throw .schema(problem: "shards of \(shardBytes) bytes; 1 to \(1 << 30) is possible")
        }
    }

    deinit {
        // What the next start would remove; a failure here is no loss.
        if shard != nil { try? Folder.remove(partPath) }
    }

    /// Adds a row, and commits the shard that it completes.
    ///
    /// After an error of the disk the writer takes no more rows; a new one on the same folder goes on.
    public func append(_ row: ShardRow) throws(ShardError) {
        precondition(state == .open, "a writer takes rows until it is sealed or has failed")
        let number = committedRows + (shard?.lengths.count ?? 0)
        try check(row, number)
        state = .failed
        if shard == nil { shard = try ShardFileWriter(creating: partPath, header) }
        guard let writer = shard else { return }
        try writer.append(row)
        if writer.rawBytes >= shardBytes { try commit(writer) }
        state = .open
    }

    /// Commits the last shard and writes the manifest: the folder is complete.
    ///
    /// - Parameter attributes: facts for the manifest that are known only now.
    public func seal(attributes: [String: String] = [:]) throws(ShardError) {
        precondition(state == .open, "a writer is sealed once, and not after a failure")
        state = .failed
        if let shard { try commit(shard) }
        let manifest = manifest(attributes)
        let bytes = CanonicalJSON.sealed(manifest, "hash").line
        try files { () throws(FilesError) in try AtomicFile.write(bytes, to: folder + "/" + ShardFormat.manifest) }
        state = .sealed
    }

    /// Commits the last shard of a part; a part has no manifest.
    public func finishPart() throws(ShardError) {
        precondition(state == .open && journal.opening.part != nil, "a part is finished once")
        state = .failed
        if let shard { try commit(shard) }
        state = .sealed
    }

    /// Takes over the next shard from a part of this set, where the part has it.
    ///
    /// - Returns: false where it has not.
    /// - Throws: `ShardError.differentContents` where the part is one of another set.
    public func adopt(from part: ShardFolderClaim) throws(ShardError) -> Bool {
        precondition(state == .open && shard == nil, "shards are adopted between shards")
        guard let begun = try part.journal() else { return false }
        let differences = Self.differences(of: begun.opening, from: journal.opening)
        guard differences.isEmpty else { throw .differentContents(folder: part.folder, what: differences) }
        guard let entry = begun.entries.first(where: { $0.ordinal == ordinal && $0.firstRow == committedRows }) else { return false }
        try Self.check(entry, part.folder)
        let (source, target) = (part.folder + "/" + entry.name, folder + "/" + entry.name)
        try files { () throws(FilesError) in try Folder.share(source, as: target) }
        try enter(entry)
        return true
    }

    /// The committed shards, to be read before the set is complete.
    public func committed() throws(ShardError) -> ShardSet {
        try ShardSet(folder: folder, manifest: manifest([:]), hash: "", mappedShards: 2)
    }

    private func manifest(_ attributes: [String: String]) -> ShardManifest {
        let entries = journal.entries
        return ShardManifest(
            format: ShardFormat.name, version: ShardFormat.version, cache: journal.opening.cache, identity: identity, schema: schema,
            shardBytes: shardBytes, rows: committedRows, tokens: entries.reduce(0) { $0 + $1.tokens }, files: entries,
            journal: journal.chain, attributes: attributes)
    }

    private var ordinal: Int { journal.next.ordinal }
    private var partPath: String { folder + "/" + ShardFormat.shardName(ordinal) + ".part" }
    private var header: ShardHeader {
        ShardHeader(cache: journal.opening.cache, firstRow: committedRows, identity: identity, ordinal: ordinal, schema: schema)
    }

    private func commit(_ writer: ShardFileWriter) throws(ShardError) {
        let (bytes, xxh3, footer) = try writer.finish()
        let name = ShardFormat.shardName(ordinal)
        let part = partPath
        let entry = ShardManifest.File(
            name: name, ordinal: ordinal, firstRow: committedRows, rows: writer.lengths.count,
            tokens: writer.lengths.reduce(0, +), bytes: bytes, xxh3: xxh3, footer: ShardManifest.hex(footer))
        try files { () throws(FilesError) in try Folder.rename(part, to: folder + "/" + name) }
        try enter(entry)
        shard = nil
    }

    /// Notes in the journal a shard that is on the disk.
    private func enter(_ entry: ShardManifest.File) throws(ShardError) {
        let line = journal.append(entry)
        try files { () throws(FilesError) in
            let file = try OutputFile(appendingTo: folder + "/" + ShardFormat.journal)
            try file.append(line)
            try file.synchronise()
            try file.close()
        }
        committedRows += entry.rows
    }
}
