import BERT
import Foundation
import Kernels
import Shards
import TestSupport
import Testing
import Tokens

@testable import Features

/// Words drawn of what a masked language model says.
@Suite struct WordSamplerTests {
    private static let model: BERTModel = {
        var configuration = Teacher.model.configuration
        (configuration.predictsWords, configuration.labelNames) = (true, [])
        return BERTModel(random: configuration, seed: 5)
    }()

    private static func head() throws -> MaskedLanguageHead { try #require(MaskedLanguageHead(model.configuration, model.weights)) }

    /// States whose logits are far from each other.
    private static let states = Matrix(rows: 9, columns: 12, (0..<108).map { Float(($0 * 37 + 11) % 23 - 11) })

    private func samples(_ sampling: WordSampling, rows: Range<Int> = 4..<7, threads: Int = 1) throws -> WordSamples {
        WordSampler(head: try Self.head(), sampling: sampling).samples(Self.states, offsets: [0, 2, 3, 9], rows: rows, on: Workers(count: threads))
    }

    /// The distributions in double.
    private func distributions(_ temperature: Double) throws -> [[Double]] {
        let logits = try Self.head().logits(Self.states, on: .one)
        return (0..<logits.rows).map { row in
            let energies = logits.row(row).elements.map { exp(Double($0) / temperature) }
            let sum = energies.reduce(0, +)
            return energies.map { $0 / sum }
        }
    }

    /// Each count is the floor or the ceiling of what is due, and what is due on average; the entropy is that of the whole.
    @Test(arguments: [0.5, 2.0]) func drawsAreRightOnAverage(temperature: Double) throws {
        let expected = try distributions(temperature)
        let (draws, rounds) = (16, 4000)
        var counts = expected.map { $0.map { _ in 0 } }
        for seed in 0..<rounds {
            let found = try samples(WordSampling(draws: draws, temperature: temperature, seed: UInt64(seed)))
            for token in 0..<9 {
                let ids = Array(found.ids(of: token))
                #expect(ids.count == draws && ids == ids.sorted())
                for (id, probability) in expected[token].enumerated() {
                    let count = ids.count { $0 == Int32(id) }
                    counts[token][id] += count
                    #expect((Double(count) - probability * Double(draws)).magnitude < 1 + 1e-4)
                }
            }
        }
        for (token, distribution) in expected.enumerated() {
            for (id, probability) in distribution.enumerated() {
                // Five standard errors of a fraction that is drawn each round.
                let due = probability * Double(draws)
                let fraction = due - due.rounded(.down)
                let error = 5 * (fraction * (1 - fraction) / Double(rounds)).squareRoot() + 1e-4
                #expect((Double(counts[token][id]) / Double(rounds) - due).magnitude <= error, "token \(token), word \(id)")
            }
            let entropy = -distribution.reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
            let found = try samples(WordSampling(draws: draws, temperature: temperature))
            #expect((Double(found.entropies[token]) - entropy).magnitude < 1e-5)
        }
    }

    @Test func threadsDoNotMatterAndRowsDo() throws {
        let sampling = WordSampling(draws: 5, temperature: 2, seed: 9)
        let one = try samples(sampling)
        #expect(try one == samples(sampling, threads: 3))
        #expect(try one.ids != samples(sampling, rows: 5..<8).ids && one.ids != samples(WordSampling(draws: 5, temperature: 2, seed: 10)).ids)
    }

    private func extraction(threads: Int = 1, progress: @escaping @Sendable (Int) -> Bool = { _ in false }) throws -> FeatureExtraction {
        let specification = try FeatureSpecification(
            layers: [3], tensors: [.hidden, .words], shardBytes: 8000, words: WordSampling(draws: 6, temperature: 2), of: Self.model)
        return FeatureExtraction(
            model: Self.model, specification: specification, wordHead: try Self.head(), workers: Workers(count: threads), progress: progress)
    }

    private func fill(_ folder: String, threads: Int = 1, progress: @escaping @Sendable (Int) -> Bool = { _ in false }) throws -> FeatureCache {
        try extraction(threads: threads, progress: progress).run(Teacher.source, fingerprints: Teacher.fingerprints, labels: Teacher.labels, into: folder)
    }

    /// What a cache gives back is what was drawn, also where its run was cut off, and the threads change no byte.
    @Test func aCacheKeepsThem() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let cache = try fill(folder.path + "/one")
        #expect(cache.words == WordSampling(draws: 6, temperature: 2) && cache.shardRows.count > 1)
        #expect(throws: FeaturesError.self) { try fill(folder.path + "/two", threads: 2) { $0 > 40 } }
        _ = try fill(folder.path + "/two", threads: 3)
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/one") {
            let bytes = ["one", "two"].map { FileManager.default.contents(atPath: folder.path + "/\($0)/\(name)") }
            #expect(bytes[0] != nil && bytes[0] == bytes[1], "\(name)")
        }
        let found = try cache.taps([3, 60], TapRequirement(layers: [3]), on: .one)
        #expect(found.words == nil)
        var requirement = TapRequirement()
        requirement.words = true
        let words = try #require(try cache.taps([3, 60], requirement, on: .one).words)
        #expect(words.draws == 6 && words.tokenCount == cache.lengths[3] + cache.lengths[60])
        // A batch of the teacher never crosses a shard.
        let extraction = try extraction()
        var expected = WordSamples(draws: 6, ids: [], entropies: [])
        for row in [3, 60] {
            let shard = cache.shards.place(of: row)
            let first = row - shard.row + shard.row / 32 * 32
            let rows = first..<min(first + 32, row - shard.row + cache.shardRows[shard.shard])
            var batch = TokenBatch()
            for row in rows { batch.append(ids: Teacher.sequences[row].ids, types: Teacher.sequences[row].types) }
            let shown = try #require(extraction.show(batch, rows, Workspace()).words)
            for token in batch.offsets[row - first]..<batch.offsets[row - first + 1] {
                expected.ids += shown.ids(of: token)
                expected.entropies.append(shown.entropies[token])
            }
        }
        #expect(words == expected)
        #expect(words.ids.allSatisfy { (0..<50).contains($0) } && words.entropies.allSatisfy { (0...Float(log(50.0)) + 1e-5).contains($0) })
    }

    @Test func whatIsMissingIsNamed() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        #expect(throws: FeaturesError.self) { try FeatureSpecification(layers: [3], tensors: [.hidden, .words], of: Self.model) }
        let plain = try Teacher.fill(folder.path + "/plain", Teacher.specification())
        var requirement = TapRequirement()
        requirement.words = true
        #expect(throws: FeaturesError.self) { try plain.taps([0], requirement, on: .one) }
    }
}
