public import Shards

/// The sequences of a set of shards, all in memory: of token shards, or of a cache that repeats them.
public struct TokenTable: Sendable {
    public let labelSet: LabelSet
    /// Of each row.
    public let labels: [Label]
    /// Of each token, where words are labelled, the tag at the first piece of a word, and where some were masked, the word itself; else -1.
    public let tags: [Int32]?
    /// Of each row: the example's number in the input.
    public let exampleIDs: [Int32]
    /// Of each row: its document, -1 where there is none; nil where documents are not known.
    public let documents: [Int32]?
    /// Of each row: 0 of an example, from 1 on of its views; nil where there are none.
    public let views: [Int32]?
    /// Where each row's tokens begin among all, and their number at the end.
    public let offsets: [Int]
    private let ids: [Int32]
    private let types: [UInt8]

    /// - Throws: `TokensError.contents` where the shards hold no sequences, or impossible ones; `.shards` where they are damaged.
    public init(_ set: ShardSet) throws(TokensError) {
        func wrong(_ problem: String) -> TokensError { .contents(folder: set.folder, problem: problem) }
        guard let labelSet = LabelSet(set.identity) else { throw wrong("its header does not say what labels it has") }
        let expected = TokenColumns.columns(labelSet)
        for column in expected where !set.schema.small.contains(column) {
            throw wrong("the column '\(column.name)' is missing or of another type")
        }
        self.labelSet = labelSet
        ids = try shards { () throws(ShardError) in try set.int32s(TokenColumns.ids) }
        types = try shards { () throws(ShardError) in try set.uint8s(TokenColumns.types) }
        exampleIDs = try shards { () throws(ShardError) in try set.int32s(TokenColumns.example) }
        documents =
            set.schema.small.contains(TokenColumns.documentColumn)
            ? try shards { () throws(ShardError) in try set.int32s(TokenColumns.document) } : nil
        views =
            set.schema.small.contains(TokenColumns.viewColumn)
            ? try shards { () throws(ShardError) in try set.int32s(TokenColumns.view) } : nil
        offsets = set.lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        guard ids.allSatisfy({ $0 >= 0 }) else { throw wrong("it holds a token id below zero") }
        let tagCount = labelSet.tagCount
        tags = tagCount == nil ? nil : try shards { () throws(ShardError) in try set.int32s(TokenColumns.tag) }
        guard tags?.allSatisfy({ (-1..<(tagCount ?? 0)).contains(Int($0)) }) ?? true else { throw wrong("it holds a tag that is none of \(tagCount ?? 0)") }
        if labelSet == .scores {
            labels = try shards { () throws(ShardError) in try set.float32s(TokenColumns.label) }
                .map { $0.isNaN ? .none : .score($0) }
        } else {
            let numbers = try shards { () throws(ShardError) in try set.int32s(TokenColumns.label) }
            guard numbers.allSatisfy({ (-1..<labelSet.names.count).contains(Int($0)) }) else {
                throw wrong("it holds a label that is none of \(labelSet.names.count)")
            }
            labels = numbers.map { $0 < 0 ? .none : .category(Int($0)) }
        }
    }

    /// Rows.
    public var count: Int { labels.count }

    /// Tokens of each row.
    public var lengths: [Int] { (0..<count).map { length(of: $0) } }

    public func length(of row: Int) -> Int { offsets[row + 1] - offsets[row] }

    /// The token ids of a row.
    public func ids(of row: Int) -> ArraySlice<Int32> { ids[offsets[row]..<offsets[row + 1]] }

    /// The segments of a row.
    public func types(of row: Int) -> ArraySlice<UInt8> { types[offsets[row]..<offsets[row + 1]] }

    public func sequence(_ row: Int) -> TokenSequence {
        TokenSequence(ids: Array(ids(of: row)), types: Array(types(of: row)), tags: tags.map { Array($0[offsets[row]..<offsets[row + 1]]) })
    }
}
