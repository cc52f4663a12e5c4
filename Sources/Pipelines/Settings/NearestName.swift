/// The name that a misspelt one most likely means, if any is near.
package func nearest(_ name: String, among names: [String]) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars)
    let ranked = names.map { ($0, distance(wanted, Array($0.lowercased().unicodeScalars))) }
    guard let best = ranked.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
    return best.1 <= max(2, wanted.count / 3) ? best.0 : nil
}

/// Words for an error about a name that is none of those that there are; empty where none is near.
package func suggestion(_ name: String, _ names: [String]) -> String {
    nearest(name, among: names).map { "; did you mean '\($0)'?" } ?? ""
}

/// How many letters must be changed, added, dropped or swapped with their neighbour (optimal string alignment).
private func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 1...max(a.count, 1) where i <= a.count {
        var row = [i]
        for j in 1...max(b.count, 1) where j <= b.count {
            var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
            if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { best = min(best, rows[i - 2][j - 2] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
