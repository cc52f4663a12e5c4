/// What is left of the apostrophes that make text italic or bold, by MediaWiki's rule for a line (Parser.php, doQuotes).
///
/// - Returns: for each run of two apostrophes or more, how many of them are text.
func literalApostrophes(_ line: Span<UInt8>) -> [Int] {
    var runs: [(start: Int, count: Int, literals: Int)] = []
    var index = 0
    while index < line.count {
        guard line[index] == Marker.quote else {
            index += 1
            continue
        }
        let start = index
        while index < line.count, line[index] == Marker.quote { index += 1 }
        let count = index - start
        runs.append((start, count, count == 4 ? 1 : max(0, count - 5)))
    }
    let signs = runs.map { $0.count - $0.literals }
    let italic = signs.count { $0 == 2 || $0 == 5 }
    let bold = signs.count { $0 == 3 || $0 == 5 }
    guard italic % 2 == 1, bold % 2 == 1 else { return runs.map(\.literals) }
    // Both are open at the end: one bold sign was an apostrophe and an italic one.
    var (single, word, space): (Int?, Int?, Int?)
    for (number, run) in runs.enumerated() where run.count == 3 || run.count == 4 {
        let before = run.start + run.literals
        let last = run.literals > 0 ? UInt8(ascii: "'") : before > 0 ? line[before - 1] : 0x20
        let second = before > 1 ? line[before - 2] : 0
        if last == 0x20 { space = space ?? number } else if second == 0x20 { single = single ?? number } else { word = word ?? number }
    }
    if let number = single ?? word ?? space { runs[number].literals += 1 }
    return runs.map(\.literals)
}
