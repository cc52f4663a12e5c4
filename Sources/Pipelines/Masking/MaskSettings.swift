import Features

/// Copies of each training sequence in which words are masked (BERT, Devlin et al., 2019, 3.1), made once and for all: the cache of what a teacher
/// says of them stays true.
public struct MaskSettings: Sendable, Equatable {
    /// Of each sequence, each with other words masked.
    public var copies = 4
    /// That a token is chosen: of ten, eight become [MASK], one some other word, and one stays.
    public var probability = 0.15
    /// Words drawn of what the teacher says of each token.
    public var draws = WordSampling.defaultDraws
    public var seed: UInt64 = 0

    public init() {}

    init(_ reader: SettingReader) throws(PipelinesError) {
        copies = try reader.integer("copies", in: 1...1000) ?? copies
        probability = try reader.number("probability", in: 0.001...1) ?? probability
        draws = try reader.integer("draws", in: 1...65_536) ?? draws
        seed = try reader.seed("seed") ?? seed
    }
}
