import Foundation
import Testing

@testable import Training

/// Metrics on random and degenerate inputs are those of scipy, scikit-learn and seqeval (scripts/reference/metrics_degenerate.py), to 1e-9.
@Suite struct DegenerateMetricTests {
    struct Sample: Decodable, Sendable {
        struct OfType: Decodable, Sendable { var f1: Double, support: Int }

        var name, kind: String
        var predicted, labels: [Int]?
        var accuracy, f1, matthews: Double?
        var x, y: [Double]?
        var pearson, spearman: Double?
        var gold, guessed: [[String]]?
        var precision, recall: Double?
        var types: [String: OfType]?
    }

    static let samples: [Sample] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/metrics-degenerate.json")
        guard let data = try? Data(contentsOf: file), let samples = try? JSONDecoder().decode([Sample].self, from: data) else {
            fatalError("no samples in \(file)")
        }
        return samples
    }()

    private func agrees(_ ours: Double, _ theirs: Double?, _ name: String) { #expect((ours - (theirs ?? .nan)).magnitude <= 1e-9, "\(name): \(ours)") }

    @Test func classes() throws {
        let samples = Self.samples.filter { $0.kind == "classes" }
        #expect(samples.count == 41)
        for sample in samples {
            let (predicted, labels) = (try #require(sample.predicted), try #require(sample.labels))
            agrees(Metric.accuracy(predicted, labels), sample.accuracy, sample.name)
            agrees(Metric.matthews(predicted, labels), sample.matthews, sample.name)
            if let f1 = sample.f1 { agrees(Metric.f1(predicted, labels), f1, sample.name) }
        }
    }

    @Test func scores() throws {
        let samples = Self.samples.filter { $0.kind == "scores" }
        #expect(samples.count == 49)
        for sample in samples {
            let (x, y) = (try #require(sample.x), try #require(sample.y))
            agrees(Metric.pearson(x, y), sample.pearson, sample.name)
            agrees(Metric.spearman(x, y), sample.spearman, sample.name)
        }
    }

    @Test func entities() throws {
        let samples = Self.samples.filter { $0.kind == "entities" }
        #expect(samples.count == 45)
        for sample in samples {
            var score = EntityScore()
            for (gold, guessed) in zip(try #require(sample.gold), try #require(sample.guessed)) { score.add(predicted: guessed, gold: gold) }
            agrees(score.total.precision, sample.precision, sample.name)
            agrees(score.total.recall, sample.recall, sample.name)
            agrees(score.total.f1, sample.f1, sample.name)
            let types = try #require(sample.types)
            #expect(Set(score.byType.keys) == Set(types.keys), "\(sample.name)")
            for (type, expected) in types {
                agrees(score.byType[type]?.f1 ?? .nan, expected.f1, "\(sample.name), \(type)")
                #expect(score.byType[type]?.gold == expected.support, "\(sample.name), \(type)")
            }
        }
    }
}
