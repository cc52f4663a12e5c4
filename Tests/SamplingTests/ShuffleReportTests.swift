import Testing

@testable import Sampling

@Suite struct ShuffleReportTests {
    /// A window of all shards shows what a perfect shuffle would; one shard at a time does not.
    @Test func smallWindowsShow() {
        let shardRows = [Int](repeating: 50, count: 40)
        let documents = (0..<2000).map { Int32($0 / 10) }
        func report(_ window: Int) -> ShuffleReport {
            ShuffleReport(
                SampleOrder(shardRows: shardRows, window: window, seed: 4), epoch: 1, batchSize: 16, documents: documents)
        }
        func mean(_ report: ShuffleReport, _ value: (ShuffleReport.Part) -> Double) -> Double {
            report.parts.map(value).reduce(0, +) / Double(report.parts.count)
        }
        let (all, one) = (report(40), report(1))
        #expect(all.ideal == one.ideal)
        #expect((mean(all, \.shardsPerBatch) - all.ideal.shardsPerBatch).magnitude < 0.3)
        #expect(mean(one, \.shardsPerBatch) < 1.5)
        #expect((mean(all) { $0.sameDocument ?? 0 }) < 3 * (all.ideal.sameDocument ?? 0))
        #expect((mean(one) { $0.sameDocument ?? 0 }) > 20 * (one.ideal.sameDocument ?? 0))
        #expect(mean(one, \.neighbours) > 20 * one.ideal.neighbours)
        #expect(all.parts.map(\.batches).reduce(0, +) == 125)
    }

    /// Ideal values by hand: four rows in two shards, in batches of two.
    @Test func idealsAreExact() {
        let ideal = ShuffleReport(
            SampleOrder(shardRows: [1, 3], seed: 1), epoch: 0, batchSize: 2, documents: [0, 0, -1, -1]
        ).ideal
        #expect((ideal.shardsPerBatch - 1.5).magnitude < 1e-12)
        #expect((ideal.neighbours - 0.5).magnitude < 1e-12)
        #expect(((ideal.sameDocument ?? 0) - 1.0 / 6).magnitude < 1e-12)
    }

    @Test func aSetOfNoRowsIsReported() {
        let report = ShuffleReport(SampleOrder(shardRows: [], seed: 1), epoch: 0, batchSize: 16)
        #expect(report.parts.isEmpty)
    }
}
