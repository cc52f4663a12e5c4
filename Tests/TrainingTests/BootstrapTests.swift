import Testing

@testable import Training

/// Resampled differences of two systems.
@Suite struct BootstrapTests {
    private let labels = (0..<400).map { Double($0 % 2) }

    /// Predictions that are wrong on every `step`-th example from `first` on.
    private func predictions(wrongFrom first: Int, every step: Int) -> [Double] {
        labels.enumerated().map { $0 >= first && ($0 - first) % step == 0 ? 1 - $1 : $1 }
    }

    /// O, and two types; a sentence ends with -1.
    @Test func sentencesAreDrawnWhole() {
        let labels: [Double] = [0, 1, 2, 0, -1, 3, 0, -1, 0, -1]
        let split = ScoredSplit(labels: labels, metrics: [.entityF1], ofWords: true)
        #expect(split.count == 3 && split.score(labels) == 1)
        // One of two entities is cut short: neither precision nor recall is more than a half.
        let short: [Double] = [0, 1, 0, 0, -1, 3, 0, -1, 0, -1]
        #expect(split.score(short) == 0.5)
        #expect(ScoredSplit(labels: labels, metrics: [.accuracy], ofWords: true).score(short) == 6.0 / 7)
        #expect(split.score([0, 0, 0, 0, -1, 0, 0, -1, 0, -1]) == 0)
        let drawn = split.resampledDifferences([labels], [short], resamples: 400, seedStream: 0, stream: 0)
        // A sample without the first sentence knows no difference; one of it alone knows nothing else.
        #expect(drawn.contains(0) && drawn.contains(1) && drawn.allSatisfy { (0...1).contains($0) })
        #expect(split.resampledDifferences([labels, short], [labels, short], resamples: 9, seedStream: 0, stream: 0).allSatisfy { $0 == 0 })
    }

    @Test func equalSystemsDifferByNothing() {
        let split = ScoredSplit(labels: labels, metrics: [.accuracy, .f1])
        let one = [predictions(wrongFrom: 0, every: 5), predictions(wrongFrom: 1, every: 7)]
        let drawn = split.resampledDifferences(one, one, resamples: 200, seedStream: 7, stream: 0)
        #expect(drawn.count == 200 && drawn.allSatisfy { $0 == 0 })
        #expect(Verdict(Interval(drawn)) == .withinOnePoint)
    }

    /// The spread over examples is that of a paired difference of proportions: of d = 0.1 with nothing lost elsewhere
    /// sqrt(d (1 - d) / n) = 0.015.
    @Test func theSpreadIsThatOfThePairs() {
        let split = ScoredSplit(labels: labels, metrics: [.accuracy])
        let drawn = split.resampledDifferences([labels], [predictions(wrongFrom: 0, every: 10)], resamples: 4000, seedStream: 7, stream: 3)
        let mean = drawn.reduce(0, +) / 4000
        let deviation = (drawn.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3999).squareRoot()
        #expect((mean - 0.1).magnitude < 0.002 && (deviation - 0.015).magnitude < 0.001)
        let interval = Interval(drawn)
        #expect((interval.low - (0.1 - 1.96 * 0.015)).magnitude < 0.005 && (interval.high - (0.1 + 1.96 * 0.015)).magnitude < 0.005)
        #expect(Verdict(interval) == .better && Verdict(Interval(drawn.map { -$0 })) == .worse)
    }

    /// Seeds that disagree leave a contrast open, however many examples there are.
    @Test func seedsAreResampledToo() {
        let split = ScoredSplit(labels: labels, metrics: [.accuracy])
        let (good, bad) = (labels, predictions(wrongFrom: 0, every: 4))
        let drawn = split.resampledDifferences([good, bad, good], [bad, good, good], resamples: 1000, seedStream: 7, stream: 1)
        #expect(Verdict(Interval(drawn)) == .unresolved)
        #expect(drawn.contains { $0 > 0.1 } && drawn.contains { $0 < -0.1 })
        #expect(drawn == split.resampledDifferences([good, bad, good], [bad, good, good], resamples: 1000, seedStream: 7, stream: 1))
        #expect(drawn != split.resampledDifferences([good, bad, good], [bad, good, good], resamples: 1000, seedStream: 8, stream: 1))
    }

    @Test func aVerdictIsReadFromTheInterval() {
        #expect(Verdict(Interval(low: 0.0001, high: 0.005)) == .better)
        #expect(Verdict(Interval(low: -0.009, high: 0.009)) == .withinOnePoint)
        #expect(Verdict(Interval(low: -0.02, high: 0.001)) == .unresolved)
        #expect(Interval([3, 1, 2], share: 1) == Interval(low: 1, high: 3) && Interval([5]) == Interval(low: 5, high: 5))
    }
}
