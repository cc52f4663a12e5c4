/// Words drawn of what a masked language model says of each token: equally weighted, they are its distribution on average.
public struct WordSamples: Sendable, Equatable {
    /// Draws a token.
    public let draws: Int
    /// Numbers in the vocabulary [tokens x draws].
    public var ids: [Int32]
    /// Of each token's whole distribution, in nats.
    public var entropies: [Float]

    public init(draws: Int, ids: [Int32], entropies: [Float]) {
        precondition(ids.count == draws * entropies.count, "as many draws of every token")
        (self.draws, self.ids, self.entropies) = (draws, ids, entropies)
    }

    public var tokenCount: Int { entropies.count }

    public func ids(of token: Int) -> ArraySlice<Int32> { ids[token * draws..<(token + 1) * draws] }
}
