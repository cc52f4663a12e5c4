import BERT
import Kernels
import TestSupport
import Testing

/// Hidden states, pooled output and logits agree with transformers in float32.
@Suite struct ParityTests {
    @Test(arguments: Fixture.names)
    func allTapsAgreeWithTransformers(name: String) throws {
        let fixture = try Fixture(name)
        let taps = fixture.taps()
        var ours = ["hidden.0": try #require(taps.embedding)]
        for (layer, states) in taps.hidden { ours["hidden.\(layer)"] = states }
        ours["pooled"] = taps.pooled
        ours["logits"] = taps.logits
        let names = fixture.expected.tensors.keys.filter { !["ids", "types", "offsets"].contains($0) }
        #expect(Set(names) == Set(ours.keys))
        for name in names.sorted() {
            let difference = distance(try #require(ours[name]).elements, try #require(try fixture.expected.floats(name)))
            #expect(difference <= 2e-5, "\(name)")
        }
    }

    /// Sequences do not see each other. The last bits may differ: BLAS chooses its kernel by the number of rows.
    @Test(arguments: Fixture.names)
    func aBatchOfOneEqualsABatchOfMany(name: String) throws {
        let fixture = try Fixture(name)
        let many = fixture.taps()
        for sequence in 0..<fixture.batch.sequenceCount {
            let rows = fixture.batch.range(sequence)
            var alone = TokenBatch()
            alone.append(ids: fixture.batch.ids[rows], types: fixture.batch.types[rows])
            let one = fixture.taps(alone)
            for (layer, states) in one.hidden {
                #expect(distance(states.elements, many.hidden[layer]![rows: rows].elements) <= 5e-6)
            }
            if let logits = one.logits { #expect(distance(logits.elements, many.logits!.row(sequence).elements) <= 5e-6) }
        }
    }

    @Test(arguments: Fixture.names)
    func threadsDoNotMatter(name: String) throws {
        let fixture = try Fixture(name)
        let one = fixture.taps()
        for count in [2, 3] {
            let many = fixture.taps(on: Workers(count: count))
            for (layer, states) in one.hidden { #expect(states.elements == many.hidden[layer]!.elements) }
            #expect(one.pooled?.elements == many.pooled?.elements)
            #expect(one.logits?.elements == many.logits?.elements)
        }
    }

    /// A pass that keeps some layers only, in reused matrices, shows the same states as one that keeps all.
    @Test(arguments: [[1], [2], [3], [1, 3], [2, 3], []] as [[Int]])
    func keptLayersAreThoseOfAFullPass(layers: [Int]) throws {
        let fixture = try Fixture("head26")
        let full = fixture.model.encoder.forward(fixture.batch, workspace: Workspace(), on: .one)
        let workspace = Workspace()
        for _ in 0..<2 {
            let taps = fixture.model.taps(
                fixture.batch, TapRequirement(layers: layers, pooled: true), workspace: workspace, on: .one)
            #expect(taps.hidden.keys.sorted() == layers)
            for layer in layers { #expect(taps.hidden[layer]!.elements == full.hidden(layer).elements) }
            let pooled = fixture.model.head!.forward(full.last, offsets: fixture.batch.offsets).pooled
            #expect(taps.pooled!.elements == pooled.elements)
        }
    }

    /// More layers than any fixture has, so that matrices are handed on more than once.
    @Test(arguments: [[2, 5], [1, 2, 3, 4, 5, 6, 7], [7], [4]] as [[Int]])
    func deepModelsReuseMatrices(layers: [Int]) {
        let model = BERTModel(
            random: BERTConfiguration(
                vocabularySize: 30, hiddenSize: 12, layerCount: 7, headCount: 2, intermediateSize: 20, maximumPositions: 20,
                initializerRange: 0.3), seed: 3)
        var batch = TokenBatch()
        for length in [5, 20, 1] {
            batch.append(ids: (0..<length).map { Int32(($0 * 7 + length) % 30) }, types: [UInt8](repeating: 0, count: length))
        }
        let full = model.encoder.forward(batch, workspace: Workspace(), on: .one)
        let taps = model.taps(batch, TapRequirement(layers: layers), workspace: Workspace(), on: .one)
        for layer in layers { #expect(taps.hidden[layer]!.elements == full.hidden(layer).elements) }
    }
}
