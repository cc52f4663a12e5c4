public import Shards

/// Writes sequences into a folder of token shards; goes on where it was cut off.
public final class TokenWriter {
    public let labels: LabelSet
    private let writer: ShardSetWriter
    private let hasDocuments: Bool
    private let hasViews: Bool
    private var row: Int

    /// - Parameters:
    ///   - fingerprints: of what the sequences depend on (corpus, vocabulary, settings), by name.
    ///   - attributes: settings, by name.
    ///   - hasDocuments: whether sequences say which document they come from.
    ///   - hasViews: whether they say which view of an example they are.
    public init(
        folder: String, labels: LabelSet, fingerprints: [String: String], attributes: [String: String] = [:],
        hasDocuments: Bool = false, hasViews: Bool = false, shardBytes: Int = 64 << 20
    ) throws(TokensError) {
        let identity = Self.identity(labels: labels, fingerprints: fingerprints, attributes: attributes)
        let schema = ShardSchema(small: TokenColumns.columns(labels, hasDocuments: hasDocuments, hasViews: hasViews))
        (self.labels, self.hasDocuments, self.hasViews) = (labels, hasDocuments, hasViews)
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
    ///   - view: 0 of an example itself.
    public func append(_ sequence: TokenSequence, label: Label, exampleID: Int, document: Int32? = nil, view: Int32 = 0) throws(TokensError) {
        if let problem = TokenColumns.problem(sequence, label: label, exampleID: exampleID, labels: labels) {
            throw .example(row: row, problem: problem)
        }
        let small = TokenColumns.bytes(
            sequence, label: label, exampleID: exampleID, document: hasDocuments ? document ?? -1 : nil, view: hasViews ? view : nil, labels: labels)
        try shards { () throws(ShardError) in try writer.append(ShardRow(length: sequence.ids.count, small: small)) }
        row += 1
    }

    /// Completes the folder.
    public func seal(attributes: [String: String] = [:]) throws(TokensError) {
        try shards { () throws(ShardError) in try writer.seal(attributes: attributes) }
    }
}
