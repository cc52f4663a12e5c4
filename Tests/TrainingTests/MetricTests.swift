import Testing

@testable import Training

/// Expected values: scripts/reference/metrics_samples.py (numpy, scipy).
@Suite struct MetricTests {
    @Test(arguments: [
        (
            [1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1],
            [1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0],
            0.6666666666666666, 0.6, 0.32387513781564786
        ),
        (
            [0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1],
            [0, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 0],
            0.625, 0.64, 0.2508726030021272
        ),
        (
            [2, 3, 2, 1, 3, 1, 1, 0, 0, 2, 3, 1, 2, 3, 0, 1, 2, 2, 1, 1, 0, 2, 3, 0],
            [2, 3, 2, 1, 3, 1, 1, 0, 0, 2, 1, 0, 1, 3, 2, 0, 3, 3, 3, 2, 3, 2, 2, 3],
            0.5, 0.5, 0.3388319710054718
        ),
    ])
    func classMetrics(_ sample: (predicted: [Int], labels: [Int], accuracy: Double, f1: Double, matthews: Double)) {
        #expect((Metric.accuracy(sample.predicted, sample.labels) - sample.accuracy).magnitude < 1e-12)
        #expect((Metric.f1(sample.predicted, sample.labels) - sample.f1).magnitude < 1e-12)
        #expect((Metric.matthews(sample.predicted, sample.labels) - sample.matthews).magnitude < 1e-12)
    }

    @Test(arguments: [
        (
            [-0.498, 0.328, -0.609, 1.591, -1.191, 0.355, -1.048, 1.406, -0.022, -0.372, -1.718, 1.682],
            [0.255, 1.082, 0.529, 1.94, -1.83, -0.445, -1.848, 2.776, -1.482, -0.968, -2.039, 1.907],
            0.8700297858574096, 0.8251748251748254
        ),
        (
            [1.0, -1.0, -2.0, -0.0, 1.0, 1.0, 0.0, -0.0, 0.0, -0.0, 1.0, -1.0],
            [1.0, -1.0, -1.0, 0.0, 4.0, 2.0, 2.0, -2.0, -0.0, -1.0, 1.0, -3.0],
            0.68585712797929, 0.759194119823746
        ),
    ])
    func correlations(_ sample: (x: [Double], y: [Double], pearson: Double, spearman: Double)) {
        #expect((Metric.pearson(sample.x, sample.y) - sample.pearson).magnitude < 1e-12)
        #expect((Metric.spearman(sample.x, sample.y) - sample.spearman).magnitude < 1e-12)
    }

    @Test func aConstantPredictorHasNoCorrelation() {
        #expect(Metric.matthews([1, 1, 1], [0, 1, 1]) == 0)
        #expect(Metric.pearson([2, 2], [0, 1]) == 0)
        #expect(Metric.f1([0, 0], [0, 0]) == 0)
        #expect(Metric.accuracy([], []) == 0)
    }

    /// MRPC's constant: all 408 rows of its dev split as paraphrases, of which 279 are.
    @Test func theConstantOfMRPC() {
        let labels = Array(repeating: 1, count: 279) + Array(repeating: 0, count: 129)
        #expect((Metric.f1(Array(repeating: 1, count: 408), labels) - 0.8122).magnitude < 1e-4)
    }
}
