import Files
import Synchronization

/// A complete folder of shards, mapped for reading; nothing is decoded before it is asked for, and nothing unchecked is given out.
public final class ShardSet: Sendable {
    public let folder: String
    public let manifest: ShardManifest
    /// The hash of the manifest, which holds those of all files: equal hashes are equal contents.
    public let manifestHash: String
    /// Tokens of each row.
    public let lengths: [Int]

    let pool: ShardPool
    private let decoders = Mutex<[SharedDecoder]>([])

    /// Opens a folder and checks the manifest, and each shard's header, index and lengths.
    ///
    /// - Parameter mappedShards: how many shards are mapped at once, at most.
    /// - Throws: `ShardError.unsealed` where the writing was not finished, `.unknownVersion`, `.damaged`.
    public convenience init(folder: String, mappedShards: Int = .max) throws(ShardError) {
        let path = folder + "/" + ShardFormat.manifest
        guard Folder.exists(path) else {
            throw Self.problem(folder)
        }
        let bytes = try files { () throws(FilesError) in try Folder.contents(path) }
        let (manifest, hash) = try ShardManifest.read(bytes, path)
        try self.init(folder: folder, manifest: manifest, hash: hash, mappedShards: mappedShards)
    }

    /// What a folder is that has no manifest.
    static func problem(_ folder: String) -> ShardError {
        if !Folder.isFolder(folder) { return .files(.missing(path: folder)) }
        if Folder.exists(folder + "/" + ShardFormat.journal) { return .unsealed(folder: folder) }
        let names = ((try? Folder.names(folder)) ?? []).sorted()
        return .noShards(folder: folder, sets: names.filter { Folder.exists("\(folder)/\($0)/\(ShardFormat.manifest)") })
    }

    init(folder: String, manifest: ShardManifest, hash: String, mappedShards: Int) throws(ShardError) {
        let pool = ShardPool(folder: folder, manifest: manifest, limit: mappedShards)
        var lengths: [Int] = []
        let decoder = FrameDecoder()
        for ordinal in manifest.files.indices {
            let shard = try pool.shard(ordinal)
            let some = try shard.lengths(decoder)
            try shard.check(some)
            lengths += some
        }
        (self.folder, self.manifest, manifestHash, self.pool, self.lengths) = (folder, manifest, hash, pool, lengths)
    }

    /// Shards that are mapped now.
    public var mappedShards: Int { pool.mappedCount }
    /// Rows of each shard.
    public var shardRows: [Int] { manifest.files.map(\.rows) }
    public var identity: ShardIdentity { manifest.identity }
    public var schema: ShardSchema { manifest.schema }
    /// The facts that the writer gave when it sealed the folder.
    public var attributes: [String: String] { manifest.attributes }
    public var rowCount: Int { lengths.count }
    public var tokenCount: Int { manifest.tokens }

    /// Whether a folder holds a complete set, as far as its names tell.
    public static func isSealed(_ folder: String) -> Bool { Folder.exists(folder + "/" + ShardFormat.manifest) }

    /// Each thing in which the set is not what `identity` asks for (expected, found); empty where they are equal.
    public func mismatches(with identity: ShardIdentity) -> [String] { identity.differences(from: self.identity) }

    /// Lends a decoder to one thread.
    func withDecoder<Result>(_ body: (FrameDecoder) throws(ShardError) -> Result) throws(ShardError) -> Result {
        let shared = decoders.withLock { $0.popLast() } ?? SharedDecoder()
        defer { decoders.withLock { $0.append(shared) } }
        return try unsafe body(shared.decoder)
    }
}

/// Safety: taken out of the pool by one thread at a time.
private struct SharedDecoder: Sendable {
    nonisolated(unsafe) let decoder = FrameDecoder()
}
