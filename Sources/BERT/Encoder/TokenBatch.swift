/// Sequences one after another, with no pads: sequence s is tokens offsets[s]..<offsets[s + 1].
public struct TokenBatch: Sendable, Equatable {
    public private(set) var ids: [Int32] = []
    public private(set) var types: [UInt8] = []
    public private(set) var offsets: [Int] = [0]

    public init() {}

    public mutating func append(ids: some Collection<Int32>, types: some Collection<UInt8>) {
        precondition(ids.count == types.count, "a type for each token")
        self.ids += ids
        self.types += types
        offsets.append(self.ids.count)
    }

    public var tokenCount: Int { ids.count }
    public var sequenceCount: Int { offsets.count - 1 }
    /// The ids that are there, in order, each once.
    public var distinctIDs: [Int] { Set(ids).sorted().map(Int.init) }
    public func range(_ sequence: Int) -> Range<Int> { offsets[sequence]..<offsets[sequence + 1] }

    /// Refuses what would index beyond the embedding tables.
    public func check(_ configuration: BERTConfiguration) throws(BERTError) {
        for sequence in 0..<sequenceCount {
            let length = range(sequence).count
            guard length > 0 else { throw .sequence(problem: "sequence \(sequence) of a batch has no tokens") }
            guard length <= configuration.maximumPositions else {
                throw .sequence(
                    problem: "a sequence has \(length) tokens, the model has \(configuration.maximumPositions) positions; "
                        + "lower the maximum length")
            }
        }
        if let id = ids.first(where: { $0 < 0 || $0 >= configuration.vocabularySize }) {
            throw .sequence(
                problem: "token \(id) is outside the model's vocabulary of \(configuration.vocabularySize); "
                    + "tokens and model come from different vocabularies")
        }
        if let type = types.first(where: { Int($0) >= configuration.typeCount }) {
            throw .sequence(problem: "token type \(type) where the model has \(configuration.typeCount)")
        }
    }
}
