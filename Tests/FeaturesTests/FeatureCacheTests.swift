import BERT
import Foundation
import Kernels
import Shards
import TestSupport
import Testing
import Tokens

@testable import Features

@Suite("Promise 6: the right features for the right tokens") struct FeatureCacheTests {
    /// The right features for the right tokens: each row is what the teacher says of that sequence alone.
    @Test func rowsAreWhatTheTeacherShows() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Teacher.specification())
        #expect(cache.count == 70 && cache.layers == [1, 3] && cache.hidden == 12 && cache.teacherLayers == 3 && cache.classes == 3)
        #expect(cache.lengths == Teacher.sequences.map(\.ids.count))
        #expect(cache.shards.manifest.files.count > 2, "several shards")
        #expect(try cache.ids() == Teacher.sequences.flatMap(\.ids))
        for row in 0..<cache.count {
            let alone = Teacher.taps(row)
            let taps = try cache.taps([row], TapRequirement(layers: [1, 3], logits: true), on: .one)
            for layer in [1, 3] { #expect(distance(taps.hidden[layer]!, alone.hidden[layer]!) < 2e-5, "row \(row), layer \(layer)") }
            let logits = alone.logits!.elements
            // In the order of the data's classes: no, yes, maybe.
            #expect(distance(taps.logits!, Matrix(rows: 1, columns: 3, [logits[1], logits[2], logits[0]])) < 2e-5)
        }
    }

    @Test func rowsComeInTheOrderAskedFor() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Teacher.specification())
        let rows = [69, 3, 3, 40]
        let taps = try cache.taps(rows, TapRequirement(layers: [3], logits: true), on: Workers(count: 3))
        #expect(taps.offsets == rows.reduce(into: [0]) { $0.append($0.last! + cache.lengths[$1]) })
        for (place, row) in rows.enumerated() {
            let one = try cache.taps([row], TapRequirement(layers: [3], logits: true), on: .one)
            let found = taps.hidden[3]![rows: taps.offsets[place]..<taps.offsets[place + 1]]
            #expect(found.elements == one.hidden[3]!.elements)
            #expect(taps.logits!.row(place).elements == one.logits!.elements)
        }
        #expect(taps.hidden[1] == nil)
    }

    /// Each difference to the offset is the nearest of its precision: 8 and 11 bits of significand.
    @Test(arguments: [(Precision.bfloat16, Float(0x1p-8)), (.float16, 0x1p-11)])
    func precisionsRoundToTheNearest(precision: Precision, bound: Float) throws {
        let folder = TemporaryFolder()
        // One shard each: the last bits of a product may depend on the rows that stand in its batch.
        let exact = try Teacher.fill(folder.path + "/exact", Teacher.specification(shardBytes: 1 << 20))
        let rounded = try Teacher.fill(folder.path + "/rounded", Teacher.specification([1, 3], precision, shardBytes: 1 << 20))
        let offsets = try #require(rounded.offsets[1])
        var differs = false
        for row in stride(from: 0, to: 70, by: 9) {
            let a = try exact.taps([row], TapRequirement(layers: [3]), on: .one).hidden[3]!.elements
            let b = try rounded.taps([row], TapRequirement(layers: [3]), on: .one).hidden[3]!.elements
            for (index, (x, y)) in zip(a, b).enumerated() {
                let residual = x - offsets.vector(index / 12).elements[index % 12]
                // And half a unit of float32 where the offset comes back.
                guard (x - y).magnitude <= max(residual.magnitude * bound, 0x1p-25) + x.magnitude * 0x1p-23 else {
                    Issue.record("row \(row), number \(index): \(x) came back as \(y)")
                    return
                }
                differs = differs || x != y
            }
        }
        #expect(differs)
    }

    @Test func whatIsMissingIsNamed() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Teacher.specification())
        #expect(throws: FeaturesError.missing(folder: cache.folder, what: "layer 2, only 1, 3")) {
            try cache.taps([0], TapRequirement(layers: [2]), on: .one)
        }
        let bare = try FeatureSpecification(layers: [1, 3], tensors: [.hidden], of: Teacher.model)
        let states = try Teacher.fill(folder.path + "/states", bare)
        #expect(throws: FeaturesError.missing(folder: states.folder, what: "logits")) {
            try states.taps([0], TapRequirement(logits: true), on: .one)
        }
    }

    @Test func staleCachesAreRefusedByName() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/cache"
        let cache = try Teacher.fill(path, Teacher.specification())
        try cache.check(fingerprints: Teacher.fingerprints)
        #expect(throws: FeaturesError.stale(folder: path, what: ["it was made from other teacher"])) {
            try cache.check(fingerprints: ["tokens": "t", "teacher": "x"])
        }
        func refusal(_ specification: FeatureSpecification, _ fingerprints: [String: String] = Teacher.fingerprints) -> String {
            do {
                try Teacher.extraction(specification).run(
                    Teacher.source, fingerprints: fingerprints, labels: Teacher.labels, into: path)
                return "taken"
            } catch { return error.description }
        }
        #expect(refusal(try Teacher.specification([1, 2])).contains("layers"))
        #expect(refusal(try Teacher.specification([1, 3], .bfloat16)).contains("precision"))
        #expect(refusal(try Teacher.specification(), ["tokens": "u", "teacher": "w"]).contains("tokens"))
        #expect(refusal(try Teacher.specification()) == "taken")
    }

    @Test func statisticsAreThoseOfTheDecodedStates() throws {
        let folder = TemporaryFolder()
        let cache = try Teacher.fill(folder.path + "/cache", Teacher.specification([2], .bfloat16))
        let statistics = try #require(try cache.statistics().first)
        var (all, first): ([[Double]], [[Double]]) = ([], [])
        for row in 0..<cache.count {
            let states = try cache.taps([row], TapRequirement(layers: [2]), on: .one).hidden[2]!
            for token in 0..<states.rows { all.append(states.row(token).elements.map(Double.init)) }
            first.append(states.row(0).elements.map(Double.init))
        }
        for (rows, found) in [(all, statistics.tokens), (first, statistics.first)] {
            let moments = try #require(found)
            let n = Double(rows.count)
            var (left, energy) = (0.0, 0.0)
            for column in 0..<12 {
                let values = rows.map { $0[column] }
                let mean = values.reduce(0, +) / n
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
                #expect((Double(moments.mean[column]) - mean).magnitude < 1e-6)
                #expect((Double(moments.deviation[column]) - variance.squareRoot()).magnitude < 1e-6)
                left += variance
                energy += values.reduce(0) { $0 + $1 * $1 } / n
            }
            #expect((moments.centredShare - left / energy).magnitude < 1e-9)
        }
        // Statistics of another cache, or spoilt ones, are not taken.
        try folder.write("{}", to: "cache/statistics.json")
        #expect(throws: FeaturesError.self) { try cache.statistics() }
    }

    @Test func specificationsNameWhatTheModelLacks() {
        #expect(throws: FeaturesError.specification(problem: "layer 4 is asked for, the teacher has layers 1 to 3")) {
            try Teacher.specification([1, 4])
        }
        let encoder = BERTModel(
            random: BERTConfiguration(vocabularySize: 9, hiddenSize: 4, layerCount: 1, headCount: 1, intermediateSize: 4), seed: 0)
        #expect(throws: FeaturesError.self) { try FeatureSpecification(layers: [1], of: encoder) }
        #expect(throws: Never.self) { try FeatureSpecification(layers: [1], tensors: [.hidden], of: encoder) }
    }

    @Test func aFolderOfTokensIsNoCache() throws {
        let folder = TemporaryFolder()
        let path = folder.path + "/tokens"
        let writer = try TokenWriter(folder: path, labels: .none, fingerprints: [:])
        try writer.append(Teacher.sequences[0], label: .none, exampleID: 0)
        try writer.seal()
        #expect(throws: FeaturesError.notFeatures(folder: path, kind: "tokens")) { try FeatureCache(path) }
    }
}
