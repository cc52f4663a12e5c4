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

/// Which pieces of a text, or of both sides of a pair, stand in each window.
///
/// - Parameter stride: a text that is too long gives several windows, each of which repeats so many pieces of the one before;
///   of a pair the side that the strategy names is cut so, and the other stands in each. `nil`: one window.
/// - Throws: `maximumLengthTooSmall`, `nothingToTruncate`, `invalidStride`.
public func windowParts(
    _ first: Int, _ second: Int?, maximumLength: Int?, _ strategy: TruncationStrategy, stride: Int?
) throws(WordPieceError) -> [(first: Range<Int>, second: Range<Int>)] {
    if let stride, stride < 0 { throw .invalidStride(stride, problem: .negative) }
    if let stride, second != nil, strategy == .longestFirst { throw .invalidStride(stride, problem: .strategy) }
    let fitting = try truncatedCounts(first, second, maximumLength: maximumLength, strategy)
    let others = try sideParts(second ?? 0, fitting: fitting.1, stride)
    return try sideParts(first, fitting: fitting.0, stride).flatMap { part in others.map { (part, $0) } }
}

/// The windows over a side of which so many pieces fit.
private func sideParts(_ count: Int, fitting: Int, _ stride: Int?) throws(WordPieceError) -> [Range<Int>] {
    guard fitting < count, let stride else { return [0..<fitting] }
    guard stride < fitting else { throw .invalidStride(stride, problem: .room(fitting)) }
    var parts = [0..<fitting]
    while parts.last!.upperBound < count {
        let start = parts.last!.upperBound - stride
        parts.append(start..<min(start + fitting, count))
    }
    return parts
}
