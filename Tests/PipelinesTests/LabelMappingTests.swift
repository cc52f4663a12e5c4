import BERT
import TestSupport
import Testing
import Tokens

@testable import Pipelines

@Suite struct LabelMappingTests {
    private let data = LabelSet.categories(["entailment", "neutral", "contradiction"])

    private func order(
        _ data: LabelSet, _ names: [String], isRegression: Bool = false, stated: [String]? = nil
    ) throws -> [Int]? {
        let configuration = BERTConfiguration(
            vocabularySize: 7, hiddenSize: 8, layerCount: 1, headCount: 2, intermediateSize: 16, labelNames: names,
            isRegression: isRegression)
        return try LabelMapping.order(of: data, in: configuration, stated: stated, folder: "teacher")
    }

    @Test func equalOrdersNeedNoMapping() throws {
        #expect(try order(data, ["entailment", "neutral", "contradiction"]) == nil)
        #expect(try order(data, ["Entailment", "NEUTRAL", "contradiction"]) == nil)
    }

    @Test(arguments: [
        (["contradiction", "entailment", "neutral"], [1, 2, 0]), (["neutral", "entailment", "contradiction"], [1, 0, 2]),
        (["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], [2, 1, 0]),
    ]) func eachClassFindsItsColumnByName(_ names: [String], _ columns: [Int]) throws {
        #expect(try order(data, names) == columns)
        for (name, column) in zip(data.names, columns) { #expect(names[column].lowercased() == name) }
    }

    @Test func anAbsentNameIsRefusedWithBothOrders() {
        let text = refusal { try order(data, ["entailment", "maybe", "contradiction"]) }
        let orders = "(data: entailment, neutral, contradiction; model: entailment, maybe, contradiction)"
        #expect(text.hasPrefix("teacher: the model has no label 'neutral' " + orders), "\(text)")
        #expect(text.contains("`labels: [...]`") && text.contains("--labels"))
    }

    // MARK: Names that say nothing

    @Test func unnamedClassesAreNotTakenByPosition() {
        let text = refusal { try order(data, ["LABEL_0", "LABEL_1", "LABEL_2"]) }
        #expect(text.hasPrefix("teacher: the model's labels have no names of their own"), "\(text)")
    }

    @Test func statedNamesStandForThoseOfTheModel() throws {
        let generic = ["LABEL_0", "LABEL_1", "LABEL_2"]
        #expect(try order(data, generic, stated: ["entailment", "neutral", "contradiction"]) == nil)
        #expect(try order(data, generic, stated: ["contradiction", "entailment", "neutral"]) == [1, 2, 0])
        // The user's word counts for more than the file's.
        #expect(try order(data, ["entailment", "neutral", "contradiction"], stated: ["contradiction", "entailment", "neutral"]) == [1, 2, 0])
        #expect(refusal { try order(data, generic, stated: generic) }.contains("no names of their own"))
    }

    // MARK: Counts

    @Test func asManyNamesAsClassesAreStated() {
        let text = refusal { try order(data, ["LABEL_0", "LABEL_1", "LABEL_2"], stated: ["a", "b"]) }
        #expect(text == "2 labels are stated, 'teacher' has 3 classes")
    }

    @Test(arguments: [["entailment", "neutral"], ["entailment", "neutral", "contradiction", "other"], []])
    func anotherNumberOfClassesIsRefused(_ names: [String]) {
        #expect(refusal { try order(data, names) }.hasPrefix("teacher: the data has 3 labels, and the model has \(names.count)"))
    }

    // MARK: Scores, and no labels

    @Test func aScoreIsTheOneOutput() throws {
        #expect(try order(.scores, [], isRegression: true) == nil)
        #expect(refusal { try order(.scores, ["no", "yes"]) }.hasPrefix("teacher: the data has scores, and the model has 2 outputs"))
    }

    @Test func classesDoNotComeFromAScore() {
        #expect(refusal { try order(data, [], isRegression: true) }.hasPrefix("teacher: the data has 3 labels, and the model has 1"))
    }

    @Test func dataWithoutLabelsTakeTheModelsOrder() throws {
        #expect(try order(.none, ["LABEL_0", "LABEL_1"]) == nil)
        #expect(try order(.none, [], isRegression: true) == nil)
    }
}
