/// The kind of labels that a data set has.
public enum LabelSet: Sendable, Equatable {
    case none
    /// Names in the order of their numbers.
    case categories([String])
    case scores
    /// Names of the tags of words.
    case tags([String])
    /// Words of a vocabulary, where they were masked.
    case maskedWords(vocabulary: Int)

    /// The names of the categories or tags, or none.
    public var names: [String] {
        switch self {
        case .categories(let names), .tags(let names): names
        case .none, .scores, .maskedWords: []
        }
    }

    /// Whether words are labelled, and not examples.
    public var isOfWords: Bool { if case .tags = self { true } else { false } }

    /// How many tags a token may have; nil where tokens have none.
    var tagCount: Int? {
        switch self {
        case .tags(let names): names.count
        case .maskedWords(let vocabulary): vocabulary
        case .none, .categories, .scores: nil
        }
    }
}

extension LabelSet {
    /// For each of our categories, its number in another order of the same names.
    ///
    /// Names are compared as they stand, and where that finds none, with the case of ASCII letters left out. Names of the form
    /// `LABEL_0`, which a configuration has where nobody named the outputs, say nothing: then only positions are left, and they are
    /// used only where that is asked for. Scores map to the one output there must be.
    ///
    /// - Parameters:
    ///   - other: the names of a model's outputs, in their order.
    ///   - assumingPositions: takes unnamed outputs to be in our order.
    /// - Throws: `TokensError.labels`, which gives both orders.
    public func mapping(to other: [String], assumingPositions: Bool = false) throws(TokensError) -> [Int] {
        func wrong(_ problem: String) -> TokensError { .labels(expected: names, found: other, problem: problem) }
        switch self {
        case .none, .maskedWords: throw wrong("the data has no labels to map")
        case .scores:
            if other.count == 1 { return [0] }
            throw wrong("the data has scores, and the model has \(other.count) outputs")
        case .categories(let names), .tags(let names):
            guard names.count == other.count else {
                throw wrong("the data has \(names.count) labels, and the model has \(other.count)")
            }
            if names == other { return Array(names.indices) }
            if Self.areGeneric(other) {
                if assumingPositions { return Array(names.indices) }
                throw wrong(
                    "the model's labels have no names of their own; put the names into id2label of its config.json, "
                        + "or say that they are in the data's order")
            }
            var mapping: [Int] = []
            for name in names {
                let place = other.firstIndex(of: name) ?? Self.unique(name, in: other)
                guard let place else { throw wrong("the model has no label '\(name)'") }
                guard !mapping.contains(place) else { throw wrong("two labels of the data map to '\(other[place])'") }
                mapping.append(place)
            }
            return mapping
        }
    }

    /// `LABEL_0`, `LABEL_1`, ...
    private static func areGeneric(_ names: [String]) -> Bool {
        names.enumerated().allSatisfy { $1 == "LABEL_\($0)" }
    }

    /// The place of the only name that differs in case at most.
    private static func unique(_ name: String, in names: [String]) -> Int? {
        let places = names.indices.filter { lowercased(names[$0]) == lowercased(name) }
        return places.count == 1 ? places[0] : nil
    }

    private static func lowercased(_ name: String) -> [UInt8] {
        name.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    }
}
