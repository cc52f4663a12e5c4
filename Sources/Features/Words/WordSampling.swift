/// How words are drawn of what a masked language model says of a token.
public struct WordSampling: Sendable, Equatable {
    /// Draws a token.
    public var draws: Int
    /// Of the distribution that is drawn from.
    public var temperature: Double
    public var seed: UInt64

    public static let defaultDraws = 64

    public init(draws: Int = defaultDraws, temperature: Double, seed: UInt64 = 0) {
        precondition(draws > 0 && temperature > 0, "a draw at least, of a distribution")
        (self.draws, self.temperature, self.seed) = (draws, temperature, seed)
    }

    private static let attributes = (draws: "wordDraws", temperature: "wordTemperature", seed: "wordSeed")

    /// What an identity says of it.
    var attributes: [String: String] {
        [Self.attributes.draws: "\(draws)", Self.attributes.temperature: "\(temperature)", Self.attributes.seed: "\(seed)"]
    }

    /// Reads what an identity says; nil where it says nothing, or nothing possible.
    init?(_ attributes: [String: String]) {
        guard let draws = attributes[Self.attributes.draws].flatMap({ Int($0) }), (1...1 << 16).contains(draws),
            let temperature = attributes[Self.attributes.temperature].flatMap({ Double($0) }), temperature > 0, temperature.isFinite,
            let seed = attributes[Self.attributes.seed].flatMap({ UInt64($0) })
        else { return nil }
        self.init(draws: draws, temperature: temperature, seed: seed)
    }
}
