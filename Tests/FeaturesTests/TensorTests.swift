import BERT
import Kernels
import TestSupport
import Testing
import Tokens

@testable import Features

/// What can be cached, and what is said where it is not.
@Suite struct TensorTests {
    private static func specification(_ tensors: [Tensor], layers: [Int] = [1, 3]) throws -> FeatureSpecification {
        try FeatureSpecification(layers: layers, tensors: tensors, precision: .float32, of: Teacher.model)
    }

    /// Each tensor by itself is what the teacher shows of that sequence alone.
    @Test(arguments: [Tensor.hidden, .cls, .mean, .attention, .queryKeyValue, .pooled, .logits])
    func eachIsWhatTheTeacherShows(tensor: Tensor) throws {
        let folder = TemporaryFolder()
        let isOfLayers = ![.pooled, .logits].contains(tensor)
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification([tensor], layers: isOfLayers ? [1, 3] : []))
        #expect(cache.tensors == [tensor])
        for row in stride(from: 0, to: cache.count, by: 7) {
            var batch = TokenBatch()
            batch.append(ids: Teacher.sequences[row].ids, types: Teacher.sequences[row].types)
            let alone = Teacher.model.taps(batch, cache.requirement, workspace: Workspace(), on: .one)
            for column in cache.columns {
                #expect(try distance(alone.vectors(of: column, 0), cache.stored(column, row: row)) < 2e-5, "\(column.name), row \(row)")
            }
            if tensor == .logits {
                let logits = try #require(alone.logits).elements
                #expect(distance(Teacher.order.map { logits[$0] }, cache.logits(of: [row]).elements) < 2e-5)
            }
        }
    }

    /// From the tables to the bit, since the arithmetic is the teacher's.
    @Test func embeddingOutputIsExact() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification([.embedding, .logits], layers: []))
        for row in 0..<9 {
            var batch = TokenBatch()
            batch.append(ids: Teacher.sequences[row].ids, types: Teacher.sequences[row].types)
            let taps = Teacher.model.taps(batch, TapRequirement(embedding: true), workspace: Workspace(), on: .one)
            #expect(try cache.embeddingOutput(batch, on: .one).elements == taps.embedding?.elements)
        }
        var bytes = try folder.contents("cache/embeddings.safetensors")
        bytes[bytes.count / 2] ^= 1
        try folder.write(bytes, to: "cache/embeddings.safetensors")
        #expect(throws: FeaturesError.self) { try FeatureCache(folder.path + "/cache") }
    }

    /// The name of each tensor stands in the refusal of a cache that lacks it.
    @Test func whatIsLackingIsNamed() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification([.logits], layers: []))
        let wanted: [(TapRequirement, String)] = [
            (TapRequirement(layers: [1]), "'hidden'"), (TapRequirement(first: [1]), "'cls'"), (TapRequirement(mean: [1]), "'mean'"),
            (TapRequirement(attention: [1]), "attention"), (TapRequirement(queryKeyValue: [1]), "'qkv'"), (TapRequirement(pooled: true), "'pooled'"), (TapRequirement(embedding: true), "'embedding'"),
        ]
        for (requirement, name) in wanted {
            #expect { try cache.taps([0], requirement, on: .one) } throws: { "\($0)".contains(name) && "\($0)".contains("limbeck features") }
        }
        #expect { try cache.unitSums() } throws: { "\($0)".contains("'sums'") }
        let states = try Teacher.fill(folder.path + "/states", Self.specification([.cls]))
        #expect { try states.taps([0], TapRequirement(layers: [1]), on: .one) } throws: { "\($0)".contains("'hidden'") }
        #expect { try states.taps([0], TapRequirement(first: [2]), on: .one) } throws: { "\($0)".contains("layer 2") }
        #expect { try states.taps([0], TapRequirement(logits: true), on: .one) } throws: { "\($0)".contains("logits") }
        let relations = try Teacher.fill(folder.path + "/relations", Self.specification([.queryKeyValue]))
        #expect(relations.columns.map(\.name) == ["query.3", "key.3", "value.3"])
        #expect { try relations.taps([0], TapRequirement(queryKeyValue: [1]), on: .one) } throws: { "\($0)".contains("only of 3") }
    }

    @Test func contradictionsAreNamed() {
        let wrong: [([Tensor], [Int], String)] = [
            ([], [1], "nothing is asked for"), ([.hidden], [], "no layer is named"), ([.logits], [1], "nothing of a layer is asked for"),
            ([.logits, .sums], [], "nothing that is summed"), ([.hidden], [9], "layer 9"),
        ]
        for (tensors, layers, says) in wrong {
            #expect { try Self.specification(tensors, layers: layers) } throws: { "\($0)".contains(says) }
        }
    }

    /// Sums by hand, in the groups of the labels.
    @Test func sumsAreThoseOfUnitVectors() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Self.specification([.hidden, .sums]))
        let sums = try #require(cache.unitSums()["none/cls.3"])
        #expect(sums.counts == [24, 23, 23, 0] && sums.positions == 1 && sums.width == 12)
        var expected = [Double](repeating: 0, count: 4 * 12)
        for row in 0..<cache.count {
            let states = try cache.taps([row], TapRequirement(first: [3]), on: .one).first[3]!.elements.map(Double.init)
            let length = states.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for (index, value) in states.enumerated() { expected[row % 3 * 12 + index] += value / length }
        }
        #expect(zip(expected, sums.sums).allSatisfy { ($0 - $1).magnitude < 1e-5 })
    }
}
