import Randomness

/// Which other members of a batch stand as the negatives of each: a pure function of (seed, step, member).
public struct BatchNegatives: Sendable, Equatable {
    /// For each member, the members that are its negatives; fewer than asked where the batch is too small.
    public let members: [[Int]]

    /// - Parameters:
    ///   - count: negatives a member (K).
    ///   - step: the batch's place in the whole run.
    public init(batchSize: Int, count: Int, seed: UInt64, step: Int) {
        members = (0..<batchSize).map { anchor in
            let others = (0..<batchSize).filter { $0 != anchor }
            guard others.count > count else { return others }
            let stream = Streams.negatives &+ UInt64(step) &* 65_536 &+ UInt64(anchor)
            let drawn = permutation(count: others.count, seed: seed, stream: stream).prefix(count)
            return drawn.map { others[$0] }.sorted()
        }
    }
}
