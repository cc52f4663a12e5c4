public import Shards

/// Writes sequences into a folder of token shards; goes on where it was cut off.
public final class TokenWriter {
    public let labels: LabelSet
    private let writer: ShardSetWriter
    private let hasDocuments: Bool
    private var row: Int

    /// - Parameters:
    ///   - fingerprints: of what the sequences depend on (corpus, vocabulary, settings), by name.
    ///   - attributes: settings, by name.
    ///   - hasDocuments: whether sequences say which document they come from.
    public init(
        folder: String, labels: LabelSet, fingerprints: [String: String], attributes: [String: String] = [:],
        hasDocuments: Bool = false, shardBytes: Int = 64 << 20
    ) throws(TokensError) {
        let identity = Self.identity(labels: labels, fingerprints: fingerprints, attributes: attributes)
        let schema = ShardSchema(small: TokenColumns.columns(labels, hasDocuments: hasDocuments))
        (self.labels, self.hasDocuments) = (labels, hasDocuments)
        writer = try shards { () throws(ShardError) in
            try ShardSetWriter(folder: folder, schema: schema, identity: identity, shardBytes: shardBytes)
        }
        row = writer.committedRows
    }

    /// What a writer of these would put into the folder, for `ShardSet.mismatches(with:)`.
    public static func identity(
        labels: LabelSet, fingerprints: [String: String], attributes: [String: String] = [:]
    ) -> ShardIdentity {
        var identity = ShardIdentity(kind: "tokens", fingerprints: fingerprints, attributes: attributes)
        labels.write(to: &identity)
        return identity
    }

    /// Rows that are there already: the next one to append has this number.
    public var committedRows: Int { writer.committedRows }

    /// - Parameters:
    ///   - exampleID: the example's number in the input.
    ///   - document: the document's number; nil where there is none, or where they are not stored.
    public func append(_ sequence: TokenSequence, label: Label, exampleID: Int, document: Int32? = nil) throws(TokensError) {
        if let problem = TokenColumns.problem(sequence, label: label, exampleID: exampleID, labels: labels) {
            throw .example(row: row, problem: problem)
        }
        let small = TokenColumns.bytes(
            sequence, label: label, exampleID: exampleID, document: hasDocuments ? document ?? -1 : nil, labels: labels)
        try shards { () throws(ShardError) in try writer.append(ShardRow(length: sequence.ids.count, small: small)) }
        row += 1
    }

    /// Completes the folder.
    public func seal(attributes: [String: String] = [:]) throws(TokensError) {
        try shards { () throws(ShardError) in try writer.seal(attributes: attributes) }
    }
}
