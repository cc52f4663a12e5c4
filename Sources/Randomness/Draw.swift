/// Draws without replacement from 0..<count: Fisher and Yates from the first place up, so that only as many places are
/// looked at as are drawn or refused. A pure function of (seed, stream).
///
/// - Parameters:
///   - limit: how many to draw, at most.
///   - accepts: whether a number may be drawn; it is asked once for each number that comes up.
/// - Returns: the numbers in the order in which they came up.
public func draw(
    count: Int, seed: UInt64, stream: UInt64, limit: Int, accepts: (Int) -> Bool = { _ in true }
) -> [Int] {
    precondition(count <= UInt32.max, "as many as a word counts")
    var random = RandomStream(seed: seed, stream: stream)
    var moved: [Int: Int] = [:]
    var drawn: [Int] = []
    var place = 0
    while place < count, drawn.count < limit {
        let other = place + Int(random.below(UInt32(count - place)))
        let number = moved[other] ?? other
        moved[other] = moved.removeValue(forKey: place) ?? place
        if other == place { moved[other] = nil }
        if accepts(number) { drawn.append(number) }
        place += 1
    }
    return drawn
}
