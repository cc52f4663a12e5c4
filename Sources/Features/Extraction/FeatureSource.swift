public import Shards
public import Tokens

/// The sequences whose features are cached, and what a cache repeats of them so that it stands alone.
public struct FeatureSource: Sendable {
    public let columns: [SmallColumn]
    public let lengths: [Int]
    /// A row's tokens, and its bytes of each column.
    public let row: @Sendable (Int) throws(TokensError) -> (tokens: TokenSequence, small: [[UInt8]])

    public init(
        columns: [SmallColumn], lengths: [Int],
        row: @escaping @Sendable (Int) throws(TokensError) -> (tokens: TokenSequence, small: [[UInt8]])
    ) {
        (self.columns, self.lengths, self.row) = (columns, lengths, row)
    }
}

extension TokenTable {
    /// The rows of the table, for extraction.
    public var featureSource: FeatureSource {
        let table = self
        return FeatureSource(columns: TokenColumns.columns(labelSet, hasDocuments: documents != nil, hasViews: views != nil), lengths: lengths) { row in
            let sequence = table.sequence(row)
            return (
                sequence,
                TokenColumns.bytes(
                    sequence, label: table.labels[row], exampleID: Int(table.exampleIDs[row]),
                    document: table.documents?[row], view: table.views?[row], labels: table.labelSet)
            )
        }
    }
}

extension FeatureSource {
    /// Unlabelled sequences in memory.
    public init(_ sequences: [TokenSequence]) {
        self.init(columns: TokenColumns.columns(.none), lengths: sequences.map(\.ids.count)) { row in
            (sequences[row], TokenColumns.bytes(sequences[row], label: .none, exampleID: row, labels: .none))
        }
    }
}
