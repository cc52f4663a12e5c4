/// Further views of each training example, in which words are replaced (TinyBERT, Jiao et al., 2020, algorithm 1).
public struct AugmentSettings: Sendable, Equatable {
    public enum Source: String, Sendable, CaseIterable {
        /// The teacher's head of a masked language model where it has one, else its embeddings.
        case automatic = "auto"
        case maskedWords = "mlm"
        case embeddings
    }

    /// Of each example, beside itself.
    public var views = 20
    /// That a word is replaced.
    public var probability = 0.4
    /// Words that one of which takes its place.
    public var candidates = 15
    public var seed: UInt64 = 0
    public var source = Source.automatic

    public init() {}

    init(_ reader: SettingReader) throws(PipelinesError) {
        views = try reader.integer("views", in: 1...1000) ?? views
        probability = try reader.number("probability", in: 0...1) ?? probability
        candidates = try reader.integer("candidates", in: 1...1000) ?? candidates
        seed = try reader.seed("seed") ?? seed
        source = try reader.choice("from", Source.self) ?? source
    }
}
