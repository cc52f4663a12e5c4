public import BERT
public import Distillation
public import Tokens

/// Tokenised examples in memory, with their labels.
public struct Examples: Sendable, Equatable {
    public private(set) var ids: [Int32] = []
    public private(set) var types: [UInt8] = []
    /// Example e is tokens offsets[e]..<offsets[e + 1].
    public private(set) var offsets: [Int] = [0]
    public private(set) var labels: BatchLabels

    /// - Parameter labels: of all examples that are going to be appended, or `.none`.
    public init(labels: BatchLabels = .none) { self.labels = labels }

    public mutating func append(ids: some Collection<Int32>, types: some Collection<UInt8>) {
        precondition(ids.count == types.count, "a type for each token")
        self.ids += ids
        self.types += types
        offsets.append(self.ids.count)
    }

    public var count: Int { offsets.count - 1 }
    public var lengths: [Int] { zip(offsets.dropFirst(), offsets).map { $0 - $1 } }

    /// The tokens of some examples, in this order.
    public func tokens(_ rows: some Sequence<Int>) -> TokenBatch {
        var batch = TokenBatch()
        for row in rows {
            let range = offsets[row]..<offsets[row + 1]
            batch.append(ids: ids[range], types: types[range])
        }
        return batch
    }

    /// The first examples, at most so many, without labels.
    public func first(_ count: Int) -> Examples {
        var result = Examples()
        for row in 0..<min(count, self.count) {
            result.append(ids: ids[offsets[row]..<offsets[row + 1]], types: types[offsets[row]..<offsets[row + 1]])
        }
        return result
    }

    /// The labels of some examples.
    public func labels(_ rows: some Sequence<Int>) -> BatchLabels {
        switch labels {
        case .none: .none
        case .categories(let all): .categories(rows.map { all[$0] })
        case .scores(let all): .scores(rows.map { all[$0] })
        case .tags(let all): .tags(rows.flatMap { all[offsets[$0]..<offsets[$0 + 1]] })
        }
    }
}

extension Examples {
    /// The rows of a table. Where one of them lacks its label, all count as unlabelled.
    public init(_ table: TokenTable) {
        var labels = BatchLabels.none
        let categories = table.labels.compactMap { if case .category(let category) = $0 { category } else { nil } }
        let scores = table.labels.compactMap { if case .score(let score) = $0 { score } else { nil } }
        if table.count > 0, categories.count == table.count { labels = .categories(categories) }
        if table.count > 0, scores.count == table.count { labels = .scores(scores) }
        if let tags = table.tags { labels = .tags(tags.map(Int.init)) }
        self.init(labels: labels)
        for row in 0..<table.count { append(ids: table.ids(of: row), types: table.types(of: row)) }
    }
}
