public import Shards

/// The small columns in which sequences stand, in a token stage as in a cache of features.
///
/// | column | type | of | holds |
/// |---|---|---|---|
/// | `ids` | int32 | token | numbers in the vocabulary |
/// | `types` | uint8 | token | segments |
/// | `label` | int32, or float32 for scores | row | -1, or NaN, where there is none |
/// | `example` | int32 | row | the example's number in the input, from 0 |
/// | `tag` | int32 | token | the tag of a word at its first piece, or the word that was masked, else -1; only where there are such |
/// | `document` | int32 | row | the document that it comes from, -1 where there is none; may be left out |
/// | `view` | int32 | row | 0 of an example, from 1 on of its views with other words; may be left out |
public enum TokenColumns {
    public static let ids = "ids"
    public static let types = "types"
    public static let label = "label"
    public static let example = "example"
    public static let document = "document"
    public static let tag = "tag"
    public static let view = "view"

    /// The attribute of an identity that says what kind of labels there are: `none`, `categories`, `scores`, `tags` or
    /// `masked-words`.
    public static let labelsAttribute = "labels"
    /// The attribute that says how many words there are, where some were masked.
    static let vocabularyAttribute = "vocabulary"

    public static func columns(_ labels: LabelSet, hasDocuments: Bool = false, hasViews: Bool = false) -> [SmallColumn] {
        [
            SmallColumn(name: ids, element: .int32, layout: .token),
            SmallColumn(name: types, element: .uint8, layout: .token),
            SmallColumn(name: label, element: labels == .scores ? .float32 : .int32, layout: .row(width: 1)),
            SmallColumn(name: example, element: .int32, layout: .row(width: 1)),
        ] + (labels.tagCount == nil ? [] : [tagColumn]) + (hasDocuments ? [documentColumn] : []) + (hasViews ? [viewColumn] : [])
    }

    static let viewColumn = SmallColumn(name: view, element: .int32, layout: .row(width: 1))

    static let tagColumn = SmallColumn(name: tag, element: .int32, layout: .token)

    static let documentColumn = SmallColumn(name: document, element: .int32, layout: .row(width: 1))

    /// The bytes of a row in the order of `columns`.
    ///
    /// - Parameters:
    ///   - document: nil leaves the column out.
    ///   - view: nil leaves the column out.
    public static func bytes(
        _ sequence: TokenSequence, label: Label, exampleID: Int, document: Int32? = nil, view: Int32? = nil, labels: LabelSet
    ) -> [[UInt8]] {
        var ids: [UInt8] = []
        ids.reserveCapacity(4 * sequence.ids.count)
        for id in sequence.ids { append(UInt32(bitPattern: id), to: &ids) }
        var labelBytes: [UInt8] = []
        switch label {
        case .category(let category): append(UInt32(bitPattern: Int32(category)), to: &labelBytes)
        case .score(let score): append(score.bitPattern, to: &labelBytes)
        case .none: append(labels == .scores ? Float.nan.bitPattern : UInt32.max, to: &labelBytes)
        }
        var example: [UInt8] = []
        append(UInt32(bitPattern: Int32(exampleID)), to: &example)
        var columns = [ids, sequence.types, labelBytes, example]
        if labels.tagCount != nil {
            var tags: [UInt8] = []
            for tag in sequence.tags ?? Array(repeating: -1, count: sequence.ids.count) { append(UInt32(bitPattern: tag), to: &tags) }
            columns.append(tags)
        }
        for number in [document, view].compactMap(\.self) {
            var bytes: [UInt8] = []
            append(UInt32(bitPattern: number), to: &bytes)
            columns.append(bytes)
        }
        return columns
    }

    /// What keeps an example from being stored, if anything.
    public static func problem(_ sequence: TokenSequence, label: Label, exampleID: Int, labels: LabelSet) -> String? {
        if sequence.ids.count != sequence.types.count {
            return "\(sequence.ids.count) ids and \(sequence.types.count) types"
        }
        if let tags = sequence.tags {
            if tags.count != sequence.ids.count { return "\(sequence.ids.count) ids and \(tags.count) tags" }
            let count = labels.tagCount ?? 0
            if let tag = tags.first(where: { !(-1..<count).contains(Int($0)) }) { return "the tag \(tag), and there are \(count)" }
        }
        if let id = sequence.ids.first(where: { $0 < 0 }) { return "the token id \(id)" }
        if Int32(exactly: exampleID) == nil || exampleID < 0 { return "the example number \(exampleID)" }
        switch (label, labels) {
        case (.none, _): return nil
        case (.category(let category), .categories(let names)):
            return names.indices.contains(category) ? nil : "the category \(category), and there are \(names.count)"
        case (.score(let score), .scores): return score.isFinite ? nil : "the score \(score)"
        default: return "a label of another kind than the data set's"
        }
    }

    private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
        for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt32(place)))) }
    }
}
