import Testing

@testable import Sampling

@Suite struct SampleOrderTests {
    /// Those of `schemas/sampling.md`, which the Python package gives too.
    @Test func ordersAreThoseOfTheSpecification() {
        let order = SampleOrder(shardRows: [3, 4, 2, 5], window: 2, seed: 42)
        var epochs = [EpochOrder(order, epoch: 0), EpochOrder(order, epoch: 1)]
        #expect(epochs[0].rows(0..<14) == [8, 0, 2, 1, 7, 3, 11, 5, 12, 10, 4, 13, 9, 6])
        #expect(epochs[1].rows(0..<14) == [13, 12, 10, 5, 11, 4, 3, 6, 9, 1, 7, 8, 0, 2])
    }

    @Test(arguments: [1, 2, 3, 16], [[1], [3, 4, 2, 5], [7, 7, 7], [1, 1, 1, 1, 1, 20]])
    func everyRowComesOnceAnEpoch(window: Int, shardRows: [Int]) {
        let order = SampleOrder(shardRows: shardRows, window: window, seed: 5)
        for epoch in 0..<3 {
            var epoch = EpochOrder(order, epoch: epoch)
            #expect(epoch.rows(0..<order.count).sorted() == Array(0..<order.count))
        }
    }

    /// Only the shards of one window are touched between two borders.
    @Test func positionsOfAWindowStayInItsShards() {
        let order = SampleOrder(shardRows: [3, 4, 2, 5, 6], window: 2, seed: 9)
        var epoch = EpochOrder(order, epoch: 4)
        #expect(epoch.windowCount == 3)
        for position in 0..<order.count {
            let shards = epoch.shards(of: epoch.window(of: position))
            let row = epoch.row(at: position)
            #expect(shards.contains(order.shard(of: row)))
            #expect(epoch.list(of: epoch.window(of: position)).contains(row))
        }
    }

    /// Where one window holds all, how rows fell into shards does not matter.
    @Test func aWindowOfAllIsBlindToShards() {
        var one = EpochOrder(SampleOrder(shardRows: [20], seed: 3), epoch: 1)
        var many = EpochOrder(SampleOrder(shardRows: [5, 9, 6], seed: 3), epoch: 1)
        #expect(one.rows(0..<20) == many.rows(0..<20))
    }

    @Test func epochsAndSeedsDiffer() {
        func rows(_ seed: UInt64, _ epoch: Int) -> [Int] {
            var order = EpochOrder(SampleOrder(shardRows: [50, 50], seed: seed), epoch: epoch)
            return order.rows(0..<100)
        }
        #expect(rows(5, 0) != rows(5, 1))
        #expect(rows(5, 0) != rows(6, 0))
    }

    @Test func batchesCoverAnEpoch() {
        let epoch = EpochOrder(SampleOrder(shardRows: [3, 4, 3], seed: 1), epoch: 0)
        #expect((0..<epoch.batchCount(size: 4)).map { epoch.positions(batch: $0, size: 4) } == [0..<4, 4..<8, 8..<10])
    }

    @Test func aSetOfNoRowsHasNoBatches() {
        let epoch = EpochOrder(SampleOrder(shardRows: [], seed: 1), epoch: 0)
        #expect(epoch.batchCount(size: 16) == 0)
        #expect(epoch.windowCount == 0)
    }
}
