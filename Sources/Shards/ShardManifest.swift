/// The list of a set's shards, written last: a folder with a manifest is complete.
public struct ShardManifest: Codable, Sendable, Equatable {
    public struct File: Codable, Sendable, Equatable {
        public var name: String
        public var ordinal: Int
        /// The shard's first row in the set.
        public var firstRow: Int
        public var rows: Int
        public var tokens: Int
        /// The length of the file.
        public var bytes: Int
        /// XXH3-128 of the file.
        public var xxh3: String
        /// XXH3-64 of the footer, which holds the hashes of header and index, which holds those of all frames.
        public var footer: String
    }

    public var format: String
    public var version: Int
    public var cache: String
    public var identity: ShardIdentity
    public var schema: ShardSchema
    /// A shard closed with the row that made its raw bytes this many.
    public var shardBytes: Int
    public var rows: Int
    public var tokens: Int
    public var files: [File]
    /// The hash of the journal's last line.
    public var journal: String
    /// Facts known only after the last row.
    public var attributes: [String: String]
}

extension ShardManifest {
    /// What tells a later format from damage, read before all else.
    private struct Version: Decodable {
        var format: String
        var version: Int
    }

    /// - Returns: the manifest and its hash.
    static func read(_ bytes: [UInt8], _ path: String) throws(ShardError) -> (ShardManifest, String) {
        func damaged(_ problem: String) -> ShardError { .damaged(file: path, row: nil, column: nil, problem: problem) }
        do {
            let version = try CanonicalJSON.decode(Version.self, bytes)
            guard version.format == ShardFormat.name else { throw damaged("its format is '\(version.format)'") }
            guard version.version == ShardFormat.version else { throw ShardError.unknownVersion(file: path, found: version.version) }
            guard let hash = CanonicalJSON.seal(of: bytes, "hash") else { throw damaged("it is not what its hash says") }
            let manifest = try CanonicalJSON.decode(ShardManifest.self, bytes)
            if let problem = manifest.problem { throw damaged(problem) }
            return (manifest, hash)
        } catch let error as JSONProblem {
            throw damaged(error.text)
        } catch let error as ShardError {
            throw error
        } catch { throw damaged("\(error)") }
    }

    /// What in the manifest contradicts itself, if anything.
    private var problem: String? {
        if let problem = schema.problem { return problem }
        var (row, count) = (0, 0)
        for (ordinal, file) in files.enumerated() {
            guard file.ordinal == ordinal, file.name == ShardFormat.shardName(ordinal) else {
                return "'\(file.name)' stands as shard \(ordinal)"
            }
            // No sum of these overflows before memory is full of entries.
            guard file.firstRow == row, file.rows > 0, file.rows <= Int(Int32.max), file.tokens >= 0, file.tokens <= 1 << 36 else {
                return "'\(file.name)' has \(file.rows) rows from \(file.firstRow) on, and \(row) stand before it"
            }
            row += file.rows
            count += file.tokens
        }
        if rows == row && tokens == count { return nil }
        return "its shards have \(row) rows of \(count) tokens in all, and it says \(rows) of \(tokens)"
    }
}

extension ShardManifest {
    /// 16 hexadecimal digits.
    static func hex(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
