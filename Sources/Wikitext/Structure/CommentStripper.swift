/// Takes comments out before anything else is looked at, as MediaWiki does: with their whole line where nothing else
/// stands on it, and to the end of the page where one is not closed.
///
/// What stands in tags whose content is literal is left alone.
func withoutComments(_ source: Span<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    var closers = CloserMemo()
    var (kept, at) = (0, 0)
    while true {
        at = source.next(UInt8(ascii: "<"), from: at)
        guard at < source.count else { break }
        if source.has("<!--", at: at) {
            var end = at + 4
            while end < source.count, !source.has("-->", at: end) { end += 1 }
            end = min(end + 3, source.count)
            var start = at
            while start > kept, isSpace(source[start - 1]) { start -= 1 }
            let after = source.pastSpaces(from: end, to: source.count)
            let isAlone = (start == 0 || source[start - 1] == newline) && after < source.count && source[after] == newline
            if isAlone { (at, end) = (start, after + 1) }
            result.append(source.extracting(kept..<max(at, kept)))
            (kept, at) = (end, end)
        } else {
            at = literalEnd(source, at, &closers) ?? at + 1
        }
    }
    guard kept > 0 else { return nil }
    result.append(source.extracting(min(kept, source.count)...))
    return result
}

/// Where the content of a literal tag ends that opens at a place.
private func literalEnd(_ source: Span<UInt8>, _ place: Int, _ closers: inout CloserMemo) -> Int? {
    var end = 0
    guard let name = TagName(source, from: place + 1, end: &end), let tag = Tag.byName[name] else { return nil }
    switch tag {
    case .nowiki, .pre, .math, .syntaxhighlight, .source, .timeline, .score:
        let bracket = source.next(UInt8(ascii: ">"), from: end)
        guard bracket < source.count, source[bracket - 1] != UInt8(ascii: "/") else { return nil }
        return closers.closer(of: tag, in: source, from: bracket)?.lowerBound
    default: return nil
    }
}

/// Finds closing tags, and remembers of which tag there is none any more, so that searches are linear in all.
struct CloserMemo {
    /// For each tag the closing tag found last, or `none`.
    private var found: [Range<Int>?] = Array(repeating: nil, count: Tag.allCases.count)
    private static let none = Int.max..<Int.max

    /// Searches must not go back.
    ///
    /// - Returns: the next closing tag.
    mutating func closer(of tag: Tag, in source: Span<UInt8>, from start: Int) -> Range<Int>? {
        let index = Int(tag.rawValue)
        if let last = found[index], last.lowerBound >= start { return last == Self.none ? nil : last }
        var at = start
        while true {
            at = source.next(UInt8(ascii: "<"), from: at)
            guard at < source.count else { break }
            var end = 0
            if at + 1 < source.count, source[at + 1] == UInt8(ascii: "/"),
                let name = TagName(source, from: at + 2, end: &end), Tag.byName[name] == tag
            {
                let bracket = source.pastSpaces(from: end, to: source.count)
                if bracket < source.count, source[bracket] == UInt8(ascii: ">") {
                    found[index] = at..<bracket + 1
                    return at..<bracket + 1
                }
            }
            at += 1
        }
        found[index] = Self.none
        return nil
    }
}
