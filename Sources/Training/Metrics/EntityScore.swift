/// How well entities are found: exact spans and types, as conlleval (Tjong Kim Sang and Buchholz, 2000) and seqeval count them.
public struct EntityScore: Sendable, Equatable {
    /// Words from `start` up to and without `end`.
    public struct Entity: Sendable, Hashable {
        public var type: String
        public var start, end: Int

        public init(type: String, start: Int, end: Int) { (self.type, self.start, self.end) = (type, start, end) }
    }

    public struct Counts: Sendable, Equatable {
        public var correct = 0
        public var predicted = 0
        /// In the labels.
        public var gold = 0

        public var precision: Double { predicted == 0 ? 0 : Double(correct) / Double(predicted) }
        public var recall: Double { gold == 0 ? 0 : Double(correct) / Double(gold) }
        public var f1: Double { precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall) }
    }

    public private(set) var byType: [String: Counts] = [:]

    public init() {}

    /// Counts the entities of a sentence.
    public mutating func add(predicted: [String], gold: [String]) {
        precondition(predicted.count == gold.count, "a tag for each word")
        let (ours, theirs) = (Set(Self.entities(predicted)), Set(Self.entities(gold)))
        for entity in ours { byType[entity.type, default: Counts()].predicted += 1 }
        for entity in theirs {
            byType[entity.type, default: Counts()].gold += 1
            if ours.contains(entity) { byType[entity.type, default: Counts()].correct += 1 }
        }
    }

    /// Over all types.
    public var total: Counts {
        byType.values.reduce(into: Counts()) { sum, counts in
            sum.correct += counts.correct
            sum.predicted += counts.predicted
            sum.gold += counts.gold
        }
    }

    /// The entities of tags `O`, `B-type` and `I-type`; a type may hold hyphens. What is ill-formed begins an entity: an I- after O, or
    /// after another type.
    public static func entities(_ tags: [String]) -> [Entity] {
        var found: [Entity] = []
        var open: Entity?
        for (place, tag) in tags.enumerated() {
            let type = tag.hasPrefix("B-") || tag.hasPrefix("I-") ? String(tag.dropFirst(2)) : nil
            if let current = open, tag.hasPrefix("B-") || type != current.type {
                found.append(current)
                open = nil
            }
            if let type { open = Entity(type: type, start: open?.start ?? place, end: place + 1) }
        }
        return found + (open.map { [$0] } ?? [])
    }
}
