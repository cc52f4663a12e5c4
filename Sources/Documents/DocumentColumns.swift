import Shards

/// How documents stand in shards: a row is a document, its tokens are bytes.
///
/// | column | type | of | holds |
/// |---|---|---|---|
/// | `text` | uint8 | token | the title, then the text, in UTF-8 |
/// | `title` | int32 | row | how many bytes are the title's |
/// | `id` | int32 | row, two | the number that the source gives it: low half, high half |
enum DocumentColumns {
    static let kind = "documents"
    static let text = "text"
    static let title = "title"
    static let id = "id"

    static let schema = ShardSchema(small: [
        SmallColumn(name: text, element: .uint8, layout: .token), SmallColumn(name: title, element: .int32, layout: .row(width: 1)),
        SmallColumn(name: id, element: .int32, layout: .row(width: 2)),
    ])

    /// Counts are attributes of the sealed set, each a number.
    private static let countPrefix = "count."

    static func attributes(_ counts: [String: Int]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: counts.map { (countPrefix + $0, "\($1)") })
    }

    static func counts(_ attributes: [String: String]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (name, value) in attributes where name.hasPrefix(countPrefix) { counts[String(name.dropFirst(countPrefix.count))] = Int(value) }
        return counts
    }

    static func row(_ document: Document) -> ShardRow {
        let title = Array(document.title.utf8)
        let id = UInt64(bitPattern: Int64(document.id))
        return ShardRow(
            length: title.count + document.text.count,
            small: [title + document.text, bytes(UInt32(title.count)), bytes(UInt32(truncatingIfNeeded: id)) + bytes(UInt32(id >> 32))])
    }

    private static func bytes(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) } }

    static func word(_ bytes: [UInt8], _ index: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[4 * index + $1]) << (8 * UInt32($1)) }
    }
}
