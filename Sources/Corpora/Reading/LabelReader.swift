/// A problem of one record, or of the file.
enum RecordProblem: Error {
    case unusable(String)
    case fatal(CorporaError)
}

/// Makes labels of fields.
struct LabelReader {
    /// Whether a record without its label can be used: one that is to be predicted.
    let mayBeMissing: Bool
    private let kind: LabelKind?
    private let names: Set<String>
    private let marks: Set<String>
    private let path: String

    /// - Parameter path: what errors call the file.
    init(_ descriptor: CorpusDescriptor, split: String, path: String) {
        mayBeMissing = descriptor.mayLackLabels(split)
        kind = descriptor.labels
        if case .categories(let names) = descriptor.labels { self.names = Set(names) } else { names = [] }
        marks = Set(descriptor.unlabelledMarks)
        self.path = path
    }

    func label(_ field: String?, line: Int) throws(RecordProblem) -> RawLabel? {
        guard let field, let kind else { return nil }
        let value = trimmed(field)
        if mayBeMissing, value.isEmpty || marks.contains(value) { return nil }
        if value.isEmpty { throw .unusable("the label is empty") }
        if marks.contains(value) { throw .unusable("'\(value)' in place of a label says that there is none") }
        switch kind {
        case .entities: throw .unusable("tags stand beside words, not in a column of a record")
        case .categories(let allowed):
            guard names.contains(value) else {
                throw .fatal(.unknownLabel(path: path, line: line, label: value, labels: allowed))
            }
            return .category(value)
        case .scores(let range):
            guard let score = Float(value), score.isFinite else { throw .unusable("score '\(value)' is not a number") }
            guard range.contains(score) else {
                throw .unusable("score '\(value)' is outside \(range.lowerBound)...\(range.upperBound)")
            }
            return .score(score)
        }
    }
}
