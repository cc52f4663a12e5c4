/// The columns of a set of shards, in their stored order.
public struct ShardSchema: Codable, Sendable, Equatable {
    public var small: [SmallColumn]
    public var large: [LargeColumn]

    public init(small: [SmallColumn], large: [LargeColumn] = []) {
        (self.small, self.large) = (small, large)
    }

    /// Bytes of a row before compression, four for its length among them.
    public func rawBytes(length: Int) -> Int {
        small.reduce(4) { $0 + $1.bytes(length: length) } + large.reduce(0) { $0 + $1.bytes(length: length) }
    }
}

extension ShardSchema {
    /// Numbers a token or a row that a column may have at most; with lengths below 2^31 no product overflows.
    static let widestColumn = 1 << 24
    static let mostColumns = 4096

    /// What is wrong with the schema, if anything.
    var problem: String? {
        let names = small.map(\.name) + large.map(\.name)
        if names.count > Self.mostColumns { return "\(names.count) columns; \(Self.mostColumns) at most" }
        if names.contains("") { return "a column has no name" }
        if let twice = Set(names).count == names.count ? nil : names.first(where: { name in names.count { $0 == name } > 1 }) {
            return "two columns have the name '\(twice)'"
        }
        for column in small {
            if column.layout == .token, column.element.isCode { return "column '\(column.name)' has a code for each token; codes are of vectors" }
            if case .row(let width) = column.layout, !(1...Self.widestColumn).contains(width) {
                return "column '\(column.name)' has width \(width); 1 to \(Self.widestColumn) is possible"
            }
        }
        for column in large {
            if !(1...Self.widestColumn).contains(column.width) {
                return "column '\(column.name)' has width \(column.width); 1 to \(Self.widestColumn) is possible"
            }
            if column.isSquare, column.element.isCode { return "column '\(column.name)' is square and of codes; codes are of vectors" }
            if column.filter == .bitPlanes, column.element.size == 1 {
                return "column '\(column.name)' has bit-planes of \(column.element); they need numbers of 2 or 4 bytes"
            }
        }
        return nil
    }
}
