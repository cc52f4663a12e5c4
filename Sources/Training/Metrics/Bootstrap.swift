import Randomness

/// Predictions and labels of a split as numbers: classes, or scores.
public struct ScoredSplit: Sendable {
    public let labels: [Double]
    /// The metrics whose mean is the score of the split.
    public let metrics: [Metric]

    public init(labels: [Double], metrics: [Metric]) { (self.labels, self.metrics) = (labels, metrics) }

    public func score(_ predicted: [Double]) -> Double { score(predicted, labels) }

    private func score(_ predicted: [Double], _ labels: [Double]) -> Double {
        metrics.reduce(0) { $0 + $1.value(predicted, labels) } / Double(max(metrics.count, 1))
    }

    /// Differences of the mean scores of two systems in resamples of seeds and examples, both drawn with replacement; a seed and an example
    /// that are drawn are so for both systems (paired bootstrap, Efron and Tibshirani, 1993).
    ///
    /// - Parameters:
    ///   - first: predictions of one system by training seed [seeds, examples].
    ///   - second: those of the other, of the same seeds in the same order.
    ///   - seedStream: decides which seeds are drawn: one for all splits of a task, whose students are the same.
    ///   - stream: decides which examples are drawn.
    public func resampledDifferences(
        _ first: [[Double]], _ second: [[Double]], resamples: Int, seedStream: UInt64, stream: UInt64
    ) -> [Double] {
        precondition(first.count == second.count && !first.isEmpty, "the same seeds of both")
        precondition((first + second).allSatisfy { $0.count == labels.count }, "a prediction for each example")
        var random = RandomStream(seed: 0, stream: Streams.samples &+ stream)
        var seeds = RandomStream(seed: 1, stream: Streams.samples &+ seedStream)
        return (0..<resamples).map { _ in
            let rows = labels.map { _ in Int(random.below(UInt32(labels.count))) }
            let truth = rows.map { labels[$0] }
            var sum = 0.0
            // Few seeds are drawn often: each is scored once.
            var known: [Int: Double] = [:]
            for _ in first.indices {
                let seed = Int(seeds.below(UInt32(first.count)))
                let difference =
                    known[seed] ?? score(rows.map { first[seed][$0] }, truth) - score(rows.map { second[seed][$0] }, truth)
                known[seed] = difference
                sum += difference
            }
            return sum / Double(first.count)
        }
    }
}

extension Metric {
    /// Of classes or scores that are given as numbers.
    func value(_ predicted: [Double], _ labels: [Double]) -> Double {
        switch self {
        case .pearson: Metric.pearson(predicted, labels)
        case .spearman: Metric.spearman(predicted, labels)
        case .accuracy: Metric.accuracy(predicted.map { Int($0) }, labels.map { Int($0) })
        case .f1: Metric.f1(predicted.map { Int($0) }, labels.map { Int($0) })
        case .matthews: Metric.matthews(predicted.map { Int($0) }, labels.map { Int($0) })
        case .entityF1: preconditionFailure("entities stand in sentences, not in numbers")
        }
    }
}

/// The middle of resampled values.
public struct Interval: Sendable, Equatable, Codable {
    public var low, high: Double

    public init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

    /// - Parameter share: of the values that lie between the bounds (percentile method).
    public init(_ values: [Double], share: Double = 0.95) {
        let sorted = values.sorted()
        func quantile(_ p: Double) -> Double {
            let place = p * Double(sorted.count - 1)
            let (below, rest) = (Int(place), place - place.rounded(.down))
            return sorted[below] + (below + 1 < sorted.count ? rest * (sorted[below + 1] - sorted[below]) : 0)
        }
        (low, high) = (quantile((1 - share) / 2), quantile((1 + share) / 2))
    }
}

/// What can be said of a contrast.
public enum Verdict: String, Sendable, Codable {
    case better
    case worse
    /// The difference is less than a point either way.
    case withinOnePoint = "within 1 point"
    case unresolved

    public init(_ interval: Interval) {
        if interval.low > 0 {
            self = .better
        } else if interval.high < 0 {
            self = .worse
        } else if interval.low > -0.01, interval.high < 0.01 {
            self = .withinOnePoint
        } else {
            self = .unresolved
        }
    }
}
