import BERT
import Features
import Kernels
import Sampling
import TestSupport
import Testing
import Tokens

@testable import Distillation
@testable import Training

/// Negatives from beyond the batch, through a cache.
@Suite struct ContrastTests {
    private static let labels = LabelSet.categories(["no", "yes"])
    private static let teacher = BERTModel(
        random: BERTConfiguration(
            vocabularySize: 40, hiddenSize: 12, layerCount: 3, headCount: 3, intermediateSize: 16, maximumPositions: 16,
            initializerRange: 0.3, labelNames: ["no", "yes"]),
        seed: 5)
    /// 30 sequences; the last two are the first and the second again.
    private static let sequences = (0..<30).map { row in
        let number = row % 28
        return TokenSequence(
            ids: (0..<2 + number * 5 % 9).map { Int32((number * 13 + $0 * 7) % 40) }, types: Array(repeating: 0, count: 2 + number * 5 % 9))
    }
    private static let categories = (0..<30).map { $0 * 7 % 5 < 2 ? 1 : 0 }

    fileprivate struct Choice: Sendable {
        var normalisation: Normalisation
        var leavesOut: Set<NegativePlan.Exclusion>
    }

    private static let choices = [
        Choice(normalisation: .none, leavesOut: []), Choice(normalisation: .centre, leavesOut: [.duplicates]),
        Choice(normalisation: .standardise, leavesOut: [.label, .duplicates]),
    ]

    private static var examples: Examples {
        var examples = Examples(labels: .categories(categories))
        for sequence in sequences { examples.append(ids: sequence.ids, types: sequence.types) }
        return examples
    }

    private func cache(_ folder: String, shardBytes: Int = 2000) throws -> FeatureCache {
        let source = FeatureSource(columns: TokenColumns.columns(Self.labels), lengths: Self.sequences.map(\.ids.count)) { row in
            (
                Self.sequences[row],
                TokenColumns.bytes(Self.sequences[row], label: .category(Self.categories[row]), exampleID: row, labels: Self.labels)
            )
        }
        let specification = try FeatureSpecification(
            layers: [2, 3], tensors: [.hidden, .sums], precision: .float32, shardBytes: shardBytes, of: Self.teacher)
        return try FeatureExtraction(model: Self.teacher, specification: specification, workers: .one)
            .run(source, fingerprints: [:], labels: Self.labels, into: folder)
    }

    private func objective(_ cosine: Cosine, _ normalisation: Normalisation, _ cache: FeatureCache) throws -> LRCObjective {
        func moments(_ moments: LayerStatistics.Moments?) -> Moments? { moments.map { Moments(mean: $0.mean, deviation: $0.deviation) } }
        let statistics = try cache.statistics().map {
            ($0.layer, StateStatistics(tokens: moments($0.tokens), first: moments($0.first), mean: moments($0.mean)))
        }
        return LRCObjective(
            layers: [2, 3], cosine: cosine, normalisation: normalisation, statistics: Dictionary(uniqueKeysWithValues: statistics))
    }

    /// The targets of the second batch of the second epoch, of each layer and part.
    private func targets(
        _ cache: FeatureCache, _ objective: LRCObjective, _ negatives: NegativePlan, window: Int = 99, threads: Int = 1
    ) throws -> (elements: [[Float]], counts: [Int], rows: [Int]) {
        let order = SampleOrder(shardRows: cache.shardRows, window: window, seed: 4)
        var epoch = EpochOrder(order, epoch: 1)
        let positions = epoch.positions(batch: 1, size: 8)
        let rows = epoch.rows(positions)
        let workers = Workers(count: threads)
        let taps = try cache.taps(rows, objective.requirement, on: workers)
        let found = try #require(
            try Contrast(objective, negatives, Self.examples, cache, order: order)
                .targets(taps, rows: rows, positions: positions, order: &epoch, on: workers) as? LRCTargets)
        return (found.list.flatMap { $0.parts.map(\.target.elements) }, found.list[0].negativeCounts, rows)
    }

    /// The mean of all others is that of as many negatives as there are others: exact, with what is left out left out.
    @Test(arguments: [Cosine.sequence, .cls, .mean, .sequenceAndCLS], choices)
    fileprivate func allIsEveryNegativeAtOnce(cosine: Cosine, choice: Choice) throws {
        let folder = TemporaryFolder()
        let cache = try cache(folder.path + "/cache")
        let objective = try objective(cosine, choice.normalisation, cache)
        let all = try targets(cache, objective, NegativePlan(source: .all, leavesOut: choice.leavesOut))
        let each = try targets(cache, objective, NegativePlan(count: 1000, source: .window, leavesOut: choice.leavesOut))
        #expect(all.counts == each.counts && all.counts.allSatisfy { $0 > 5 && $0 < 30 })
        for (a, b) in zip(all.elements, each.elements) { #expect(distance(a, b) < 2e-6) }
    }

    /// Negatives of the batch that are read from the cache again give the targets of those at hand.
    @Test(arguments: [Cosine.sequence, .token, .cls, .mean, .sequenceAndCLS])
    func aWindowHoldsTheBatchToo(cosine: Cosine) throws {
        let folder = TemporaryFolder()
        let cache = try cache(folder.path + "/cache")
        let objective = try objective(cosine, .none, cache)
        let drawn = try targets(cache, objective, NegativePlan(count: 4, source: .window), window: 2)
        let again = try targets(cache, objective, NegativePlan(count: 4, source: .window), window: 2, threads: 3)
        #expect(drawn.elements == again.elements && drawn.counts == again.counts, "whatever the number of threads")
        let batch = try targets(cache, objective, NegativePlan(count: 7, source: .batch))
        // By hand, out of the batch: every other member that is no copy.
        let groups = Exclusions.groups(of: Self.examples.ids, offsets: Self.examples.offsets)
        let members = batch.rows.map { anchor in
            batch.rows.indices.filter { groups[batch.rows[$0]] != groups[anchor] }
        }
        let taps = try cache.taps(batch.rows, objective.requirement, on: .one)
        let byHand = try #require(objective.targets(taps, negatives: members, on: .one) as? LRCTargets)
        for (a, b) in zip(byHand.list.flatMap { $0.parts.map(\.target.elements) }, batch.elements) { #expect(distance(a, b) < 1e-6) }
        #expect(batch.counts == members.map(\.count))
    }

    /// A bank is what was visited before: here all of the first epoch and the first batch of the second.
    @Test(arguments: [Cosine.cls, .mean]) func aBankReachesBack(cosine: Cosine) throws {
        let folder = TemporaryFolder()
        let cache = try cache(folder.path + "/cache")
        let objective = try objective(cosine, .centre, cache)
        let small = try targets(cache, objective, NegativePlan(count: 3, source: .bank(size: 8)))
        #expect(small.counts.allSatisfy { $0 <= 3 } && small.counts.contains(3))
        // Of 38 visited rows, K = 1000 takes all but the anchor's own; rows that were seen twice count twice.
        let large = try targets(cache, objective, NegativePlan(count: 1000, source: .bank(size: 1000), leavesOut: []))
        #expect(large.counts.allSatisfy { (36...37).contains($0) })
    }

    @Test func whatCannotBeIsRefused() throws {
        let folder = TemporaryFolder()
        let cache = try cache(folder.path + "/cache")
        let objective = try objective(.sequence, .none, cache)
        #expect { try targets(cache, objective, NegativePlan(count: 2, source: .window, leavesOut: [.document])) } throws: {
            "\($0)".contains("no column 'document'")
        }
        #expect { try targets(cache, objective, NegativePlan(source: .all, leavesOut: [.document])) } throws: {
            "\($0)".contains("a sum for each document is not cached")
        }
    }
}
