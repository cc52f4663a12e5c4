import BERT
import Kernels
import Testing

@Suite struct ParameterLayoutTests {
    /// The published counts.
    @Test func parameterCounts() {
        let student = BERTConfiguration(
            vocabularySize: 30522, hiddenSize: 312, layerCount: 4, headCount: 12, intermediateSize: 1200)
        #expect(student.headSize == 26)
        #expect(ParameterLayout(student, hasPooler: true, hasClassifier: false).count == 14_350_248)
        let base = BERTConfiguration(
            vocabularySize: 30522, hiddenSize: 768, layerCount: 12, headCount: 12, intermediateSize: 3072)
        #expect(ParameterLayout(base, hasPooler: true, hasClassifier: false).count == 109_482_240)
    }

    @Test func entriesTileTheArena() {
        let configuration = BERTConfiguration(
            vocabularySize: 10, hiddenSize: 4, layerCount: 2, headCount: 2, intermediateSize: 6, labelNames: ["a", "b"])
        let layout = ParameterLayout(configuration, hasPooler: true, hasClassifier: true)
        var end = 0
        for entry in layout.entries {
            #expect(entry.offset == end)
            end += entry.count
            #expect(layout[entry.name] == entry)
        }
        #expect(end == layout.count)
        #expect(layout["classifier.weight"]?.shape == [2, 4])
        #expect(layout["classifier.bias"]?.shape == [2])
    }

    @Test func biasesAndNormsDoNotDecay() {
        let configuration = BERTConfiguration(
            vocabularySize: 10, hiddenSize: 4, layerCount: 1, headCount: 1, intermediateSize: 6, labelNames: ["a", "b"])
        for entry in ParameterLayout(configuration, hasPooler: true, hasClassifier: true).entries {
            #expect(entry.decays == !(entry.name.hasSuffix("bias") || entry.name.contains("LayerNorm")), "\(entry.name)")
        }
    }

    @Test func initialWeightsFollowTheConfiguration() throws {
        let configuration = BERTConfiguration(
            vocabularySize: 2000, hiddenSize: 24, layerCount: 1, headCount: 2, intermediateSize: 40, labelNames: ["a", "b"])
        let model = BERTModel(random: configuration, seed: 4)
        let words = try #require(model.weights["bert.embeddings.word_embeddings.weight"]).elements
        let deviation = (words.reduce(0) { $0 + Double($1 * $1) } / Double(words.count)).squareRoot()
        #expect((deviation - 0.02).magnitude < 0.0005)
        for entry in model.weights.layout.entries where !entry.isMatrix {
            let expected: Float = entry.name.hasSuffix("LayerNorm.weight") ? 1 : 0
            #expect(model.weights.matrix(entry).elements.allSatisfy { $0 == expected }, "\(entry.name)")
        }
        #expect(BERTModel(random: configuration, seed: 4).weights.flat.elements == model.weights.flat.elements)
        #expect(BERTModel(random: configuration, seed: 5).weights.flat.elements != model.weights.flat.elements)
    }
}
