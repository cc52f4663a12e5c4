/// Which side of a pair is cut to keep to a maximum length; a text alone is cut at its end.
public enum TruncationStrategy: String, Sendable, CaseIterable {
    /// The longer side first; when both must be cut they share what there is, and of an odd number the longer side gets
    /// the more, of equal sides the second.
    case longestFirst = "longest_first"
    case onlyFirst = "only_first"
    case onlySecond = "only_second"
}

/// How many pieces of a text, or of each side of a pair, are kept.
/// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`.
public func truncatedCounts(
    _ first: Int, _ second: Int?, maximumLength: Int?, _ strategy: TruncationStrategy
) throws(WordPieceError) -> (Int, Int) {
    guard let maximumLength else { return (first, second ?? 0) }
    let specials = second == nil ? 2 : 3
    guard maximumLength >= specials else { throw .maximumLengthTooSmall(maximumLength: maximumLength, minimum: specials) }
    let budget = maximumLength - specials
    let excess = first + (second ?? 0) - budget
    if excess <= 0 { return (first, second ?? 0) }
    switch (strategy, second) {
    case (.longestFirst, nil): return (budget, 0)
    case (.longestFirst, let second?):
        let shorter = min(first, second, budget / 2)
        return first > second ? (budget - shorter, shorter) : (shorter, budget - shorter)
    case (.onlyFirst, _):
        guard first > excess else { throw .nothingToTruncate(strategy, excess: excess, count: first) }
        return (first - excess, second ?? 0)
    case (.onlySecond, _):
        guard let second, second > excess else { throw .nothingToTruncate(strategy, excess: excess, count: second ?? 0) }
        return (first, second - excess)
    }
}
