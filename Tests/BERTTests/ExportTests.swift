import BERT
import FoundationEssentials
import Kernels
import TestSupport
import Testing

@Suite struct ExportTests {
    private let folder = TemporaryFolder()

    @Test(arguments: Fixture.names)
    func whatIsSavedIsLoadedBitForBit(name: String) throws {
        let model = try Fixture(name).model
        try model.save(folder: folder.path + "/made/here")
        let loaded = try BERTModel(folder: folder.path + "/made/here")
        #expect(loaded.configuration == model.configuration)
        #expect(loaded.weights.layout == model.weights.layout)
        #expect(loaded.weights.flat.elements == model.weights.flat.elements)
    }

    @Test func savingTwiceGivesTheSameBytes() throws {
        let model = try Fixture("head26").model
        try model.save(folder: folder.path)
        let first = try (folder.contents("model.safetensors"), folder.contents("config.json"))
        try model.save(folder: folder.path)
        #expect(try folder.contents("model.safetensors") == first.0)
        #expect(try folder.contents("config.json") == first.1)
    }

    /// Projections share the arena in training; the exported model has none.
    @Test func partsOfTrainingStayBehind() throws {
        let model = try Fixture("head26").model
        var layout = ParameterLayout(model.configuration, hasPooler: true, hasClassifier: true)
        layout.append("projection.0.weight", rows: 52, columns: 20, decays: false)
        let weights = Parameters(layout: layout)
        for entry in model.weights.layout.entries { weights.matrix(entry).assign(model.weights.matrix(entry)) }
        weights["projection.0.weight"]!.fill(3)
        let student = BERTModel(configuration: model.configuration, weights: weights)
        #expect(student.parameterCount == model.parameterCount)
        try student.save(folder: folder.path)
        #expect(try BERTModel(folder: folder.path).weights.flat.elements == model.weights.flat.elements)
    }

    /// An encoder alone is written with the names of transformers' BertModel.
    @Test func encodersHaveNoPrefix() throws {
        try Fixture("head64").model.save(folder: folder.path)
        let file = try SafetensorsFile(folder.path + "/model.safetensors")
        #expect(file.tensors.keys.allSatisfy { !$0.hasPrefix("bert.") })
        #expect(String(decoding: try folder.contents("config.json"), as: UTF8.self).contains("\"BertModel\""))
    }

    /// A student of the paper's shape, and a real model with a classifier of random weights.
    static let forTransformers = ["student"] + (Python.teacher == nil ? [] : ["teacher"])

    /// `transformers.BertForSequenceClassification` loads what is exported, and computes the same.
    @Test(.enabled(if: Python.interpreter != nil, "\(Python.absent)"), arguments: forTransformers)
    func transformersAgrees(kind: String) throws {
        let model =
            kind == "teacher"
            ? try BERTModel(folder: Python.teacher ?? "").classifying(["not_equivalent", "equivalent"], seed: 3)
            : BERTModel(
                random: BERTConfiguration(
                    vocabularySize: 500, hiddenSize: 312, layerCount: 4, headCount: 12, intermediateSize: 1200,
                    maximumPositions: 64, initializerRange: 0.1, labelNames: ["not_equivalent", "equivalent"]), seed: 6)
        let (vocabulary, hidden) = (model.configuration.vocabularySize, model.configuration.hiddenSize)
        var batch = TokenBatch()
        for length in [64, 1, 17] {
            batch.append(
                ids: (0..<length).map { Int32(1 + ($0 * 3109 + length) % (vocabulary - 1)) },
                types: (0..<length).map { $0 > length / 2 ? 1 : 0 })
        }
        let layers = Array(1...model.configuration.layerCount)
        let taps = model.taps(batch, TapRequirement(layers: layers, logits: true, pooled: true), workspace: Workspace(), on: .one)
        try model.save(folder: folder.path)
        var writer = SafetensorsWriter()
        writer.append("ids", shape: [batch.tokenCount], integers: batch.ids)
        writer.append("types", shape: [batch.tokenCount], integers: batch.types.map { Int32($0) })
        writer.append("offsets", shape: [batch.offsets.count], integers: batch.offsets.map { Int32($0) })
        writer.append("logits", shape: [3, 2], try #require(taps.logits))
        writer.append("pooled", shape: [3, hidden], try #require(taps.pooled))
        for (layer, states) in taps.hidden.sorted(by: { $0.key < $1.key }) {
            writer.append("layer.\(layer)", shape: [batch.tokenCount, hidden], states)
        }
        try writer.write(to: folder.path + "/ours.safetensors")
        let (code, output) = try Python.run("bert_student.py", [folder.path])
        #expect(code == 0, "\(output)")
    }
}
