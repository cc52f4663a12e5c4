public import Shards

/// The documents of a folder, a shard at a time.
public struct DocumentSet: Sendable {
    private let shards: ShardSet

    /// - Throws: `DocumentsError.contents` where the folder holds something else.
    public init(folder: String) throws(DocumentsError) {
        shards = try onShards { () throws(ShardError) in try ShardSet(folder: folder, mappedShards: 1) }
        guard Self.holdsDocuments(shards) else { throw .contents(folder: folder, problem: "it holds '\(shards.identity.kind)', not documents") }
    }

    /// Whether a set of shards is one of documents.
    public static func holdsDocuments(_ set: ShardSet) -> Bool {
        set.identity.kind == DocumentColumns.kind && set.schema == DocumentColumns.schema
    }

    public var count: Int { shards.rowCount }
    /// Bytes of each document, its title included.
    public var lengths: [Int] { shards.lengths }
    /// Bytes of titles and texts.
    public var byteCount: Int { shards.tokenCount }
    /// What became of the records that documents were made of, by name.
    public var counts: [String: Int] { DocumentColumns.counts(shards.attributes) }
    public var shardCount: Int { shards.shardRows.count }
    /// The number of a shard's first document, and how many it has.
    public func rows(shard: Int) -> Range<Int> {
        let first = shards.shardRows[..<shard].reduce(0, +)
        return first..<first + shards.shardRows[shard]
    }

    public func documents(shard: Int) throws(DocumentsError) -> [Document] {
        let (text, titles, ids) = try onShards { () throws(ShardError) in
            (try shards.small(DocumentColumns.text, shard: shard), try shards.small(DocumentColumns.title, shard: shard), try shards.small(DocumentColumns.id, shard: shard))
        }
        var documents: [Document] = []
        var start = 0
        for (index, row) in rows(shard: shard).enumerated() {
            let end = start + shards.lengths[row]
            let title = start + Int(DocumentColumns.word(titles, index))
            guard title <= end else { throw .contents(folder: shards.folder, problem: "document \(row) has a title longer than itself") }
            let id = UInt64(DocumentColumns.word(ids, 2 * index)) | UInt64(DocumentColumns.word(ids, 2 * index + 1)) << 32
            documents.append(
                Document(id: Int(Int64(bitPattern: id)), title: String(decoding: text[start..<title], as: UTF8.self), text: Array(text[title..<end])))
            start = end
        }
        return documents
    }

    /// A document by its number.
    public func document(_ row: Int) throws(DocumentsError) -> Document {
        let (shard, local) = shards.place(of: row)
        return try documents(shard: shard)[local]
    }
}
