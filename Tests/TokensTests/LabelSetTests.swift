import Shards
import Testing

@testable import Tokens

@Suite struct LabelSetTests {
    private let labels = LabelSet.categories(["entailment", "neutral", "contradiction"])

    @Test func mapsByName() throws {
        #expect(try labels.mapping(to: ["entailment", "neutral", "contradiction"]) == [0, 1, 2])
        #expect(try labels.mapping(to: ["contradiction", "entailment", "neutral"]) == [1, 2, 0])
        #expect(try labels.mapping(to: ["CONTRADICTION", "NEUTRAL", "Entailment"]) == [2, 1, 0])
    }

    @Test func namesBothOrdersWhereALabelIsAbsent() {
        let error = TokensError.labels(
            expected: ["entailment", "neutral", "contradiction"], found: ["entailment", "maybe", "contradiction"],
            problem: "the model has no label 'neutral'")
        #expect(throws: error) { try labels.mapping(to: ["entailment", "maybe", "contradiction"]) }
        #expect(
            error.description
                == "the model has no label 'neutral' (data: entailment, neutral, contradiction; model: entailment, maybe, contradiction)")
    }

    @Test func anotherNumberOfLabelsIsRefused() {
        #expect(throws: TokensError.self) { try labels.mapping(to: ["entailment", "neutral"]) }
        #expect(throws: TokensError.self) { try labels.mapping(to: ["entailment", "neutral", "contradiction", "other"]) }
        #expect(throws: TokensError.self) { try labels.mapping(to: ["LABEL_0", "LABEL_1"], assumingPositions: true) }
    }

    @Test func unnamedOutputsAreTakenByPositionOnlyWhereAsked() throws {
        let generic = ["LABEL_0", "LABEL_1", "LABEL_2"]
        #expect(throws: TokensError.self) { try labels.mapping(to: generic) }
        #expect(try labels.mapping(to: generic, assumingPositions: true) == [0, 1, 2])
        #expect(try LabelSet.categories(generic).mapping(to: generic) == [0, 1, 2])
        // Names that say something are never overruled.
        #expect(throws: TokensError.self) { try labels.mapping(to: ["a", "b", "c"], assumingPositions: true) }
        #expect(throws: TokensError.self) { try labels.mapping(to: ["LABEL_1", "LABEL_0", "LABEL_2"], assumingPositions: true) }
    }

    @Test func namesThatDifferInCaseAloneMustBeUnique() throws {
        #expect(try LabelSet.categories(["a", "A"]).mapping(to: ["A", "a"]) == [1, 0])
        #expect(throws: TokensError.self) { try LabelSet.categories(["a", "b"]).mapping(to: ["A", "B", "b"]) }
        #expect(throws: TokensError.self) { try LabelSet.categories(["a", "A"]).mapping(to: ["a", "b"]) }
    }

    @Test func scoresHaveOneOutput() throws {
        #expect(try LabelSet.scores.mapping(to: ["LABEL_0"]) == [0])
        #expect(throws: TokensError.self) { try LabelSet.scores.mapping(to: ["a", "b"]) }
        #expect(throws: TokensError.self) { try LabelSet.none.mapping(to: ["a"]) }
    }

    @Test(arguments: [LabelSet.none, .scores, .categories(["b", "a"])]) func standsInAnIdentity(labels: LabelSet) {
        var identity = ShardIdentity(kind: "tokens")
        #expect(LabelSet(identity) == nil)
        labels.write(to: &identity)
        #expect(LabelSet(identity) == labels)
    }
}
