import Shards

/// Writes documents into a folder of shards; goes on where it was cut off.
public final class DocumentWriter {
    private let writer: ShardSetWriter
    /// A shard is read as a whole, and what is not in one yet is lost with a kill.
    private static let shardBytes = 8 << 20

    /// - Parameters:
    ///   - fingerprints: of what the documents depend on, by name.
    ///   - attributes: settings, by name.
    public init(folder: String, fingerprints: [String: String], attributes: [String: String]) throws(DocumentsError) {
        let identity = ShardIdentity(kind: DocumentColumns.kind, fingerprints: fingerprints, attributes: attributes)
        writer = try onShards { () throws(ShardError) in 
            try ShardSetWriter(folder: folder, schema: DocumentColumns.schema, identity: identity, shardBytes: Self.shardBytes)
        }
    }

    /// Documents that are there already: the next one to append has this number.
    public var committedRows: Int { writer.committedRows }

    public func append(_ document: Document) throws(DocumentsError) {
        try onShards { () throws(ShardError) in try writer.append(DocumentColumns.row(document)) }
    }

    /// Completes the folder.
    ///
    /// - Parameter counts: what became of the records that documents were made of, by name.
    public func seal(counts: [String: Int]) throws(DocumentsError) {
        try onShards { () throws(ShardError) in try writer.seal(attributes: DocumentColumns.attributes(counts)) }
    }
}
