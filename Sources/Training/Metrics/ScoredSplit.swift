import Randomness

/// Labels of a split as numbers, and how predictions of them are scored: classes, scores, or tags of words.
///
/// Tags are 0 for O, 2k + 1 where an entity of type k begins and 2k + 2 where it goes on; after each sentence stands -1.
public struct ScoredSplit: Sendable {
    public let labels: [Double]
    /// The metrics whose mean is the score of the split.
    public let metrics: [Metric]
    /// The words of each sentence, where words are tagged.
    private let sentences: [Range<Int>]?

    public init(labels: [Double], metrics: [Metric], ofWords: Bool = false) {
        (self.labels, self.metrics) = (labels, metrics)
        var start = 0
        sentences = !ofWords ? nil : labels.indices.filter { labels[$0] < 0 }.map { end in
            defer { start = end + 1 }
            return start..<end
        }
    }

    /// Examples, or sentences.
    public var count: Int { sentences?.count ?? labels.count }

    public func score(_ predicted: [Double]) -> Double { scorer(predicted)(Array(0..<count)) }

    /// The score of some examples, each as often as it is named.
    private func scorer(_ predicted: [Double]) -> ([Int]) -> Double {
        guard let sentences else {
            return { rows in
                let (ours, truth) = (rows.map { predicted[$0] }, rows.map { labels[$0] })
                return mean { $0.value(ours, truth) }
            }
        }
        // What is counted in a sentence adds up: nothing of it is counted twice.
        let counts = sentences.map { SentenceCounts(predicted[$0], labels[$0]) }
        return { rows in
            var sum = SentenceCounts()
            for row in rows { sum.add(counts[row]) }
            return mean { $0 == .entityF1 ? sum.entities.f1 : sum.accuracy }
        }
    }

    private func mean(_ value: (Metric) -> Double) -> Double { metrics.reduce(0) { $0 + value($1) } / Double(max(metrics.count, 1)) }

    /// Differences of the mean scores of two systems in resamples of seeds and examples, both drawn with replacement; a seed and an example
    /// that are drawn are so for both systems (paired bootstrap, Efron and Tibshirani, 1993).
    ///
    /// - Parameters:
    ///   - first: predictions of one system by training seed [seeds, labels].
    ///   - second: those of the other, of the same seeds in the same order.
    ///   - seedStream: decides which seeds are drawn: one for all splits of a task, whose students are the same.
    ///   - stream: decides which examples are drawn.
    public func resampledDifferences(
        _ first: [[Double]], _ second: [[Double]], resamples: Int, seedStream: UInt64, stream: UInt64
    ) -> [Double] {
        precondition(first.count == second.count && !first.isEmpty, "the same seeds of both")
        precondition((first + second).allSatisfy { $0.count == labels.count }, "a prediction for each label")
        let (ours, theirs) = (first.map(scorer), second.map(scorer))
        var random = RandomStream(seed: 0, stream: Streams.samples &+ stream)
        var seeds = RandomStream(seed: 1, stream: Streams.samples &+ seedStream)
        return (0..<resamples).map { _ in
            let rows = (0..<count).map { _ in Int(random.below(UInt32(count))) }
            var sum = 0.0
            // Few seeds are drawn often: each is scored once.
            var known: [Int: Double] = [:]
            for _ in first.indices {
                let seed = Int(seeds.below(UInt32(first.count)))
                let difference = known[seed] ?? ours[seed](rows) - theirs[seed](rows)
                known[seed] = difference
                sum += difference
            }
            return sum / Double(first.count)
        }
    }
}

/// What is counted in sentences.
private struct SentenceCounts: Sendable {
    var entities = EntityScore.Counts()
    var words = 0
    var correctWords = 0

    init() {}

    init(_ predicted: ArraySlice<Double>, _ labels: ArraySlice<Double>) {
        func names(_ tags: ArraySlice<Double>) -> [String] {
            tags.map { tag in Int(tag) == 0 ? "O" : (Int(tag) % 2 == 1 ? "B-" : "I-") + "\((Int(tag) - 1) / 2)" }
        }
        var score = EntityScore()
        score.add(predicted: names(predicted), gold: names(labels))
        (entities, words) = (score.total, labels.count)
        correctWords = zip(predicted, labels).count { $0 == $1 }
    }

    mutating func add(_ other: SentenceCounts) {
        entities.correct += other.entities.correct
        entities.predicted += other.entities.predicted
        entities.gold += other.entities.gold
        words += other.words
        correctWords += other.correctWords
    }

    var accuracy: Double { words == 0 ? 0 : Double(correctWords) / Double(words) }
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
