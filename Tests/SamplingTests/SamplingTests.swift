import Testing

@testable import Sampling

@Suite struct SamplingTests {
    @Test(arguments: [(1, 1), (10, 3), (16, 16), (101, 16)])
    func everyRowComesOnceAnEpoch(count: Int, batchSize: Int) {
        let order = EpochOrder(count: count, batchSize: batchSize, seed: 5, epoch: 2)
        let visited = (0..<order.batchCount).flatMap { order.batch($0) }
        #expect(visited.sorted() == Array(0..<count))
    }

    @Test func epochsAndSeedsDiffer() {
        let first = EpochOrder(count: 100, batchSize: 10, seed: 5, epoch: 0)
        #expect(first.rows != EpochOrder(count: 100, batchSize: 10, seed: 5, epoch: 1).rows)
        #expect(first.rows != EpochOrder(count: 100, batchSize: 10, seed: 6, epoch: 0).rows)
    }

    @Test(arguments: [(16, 15), (16, 4), (3, 15), (1, 15)])
    func negativesAreOthersAndDistinct(batchSize: Int, count: Int) {
        let negatives = BatchNegatives(batchSize: batchSize, count: count, seed: 1, step: 9)
        for (anchor, members) in negatives.members.enumerated() {
            #expect(members.count == min(count, batchSize - 1))
            #expect(Set(members).count == members.count)
            #expect(!members.contains(anchor))
        }
        #expect(negatives == BatchNegatives(batchSize: batchSize, count: count, seed: 1, step: 9))
    }

    @Test func stepsDrawOtherNegatives() {
        let draws = (0..<20).map { BatchNegatives(batchSize: 16, count: 3, seed: 1, step: $0).members[0] }
        #expect(Set(draws).count > 10)
    }

    @Test func ordersAndNegativesAreFrozen() {
        #expect(EpochOrder(count: 8, batchSize: 3, seed: 42, epoch: 1).rows == [6, 5, 3, 2, 0, 7, 4, 1])
        #expect(
            BatchNegatives(batchSize: 5, count: 2, seed: 42, step: 7).members
                == [[2, 3], [2, 4], [1, 4], [0, 2], [0, 2]])
    }

    /// Each other member is drawn about as often.
    @Test func negativesAreEven() {
        var counts = [Int](repeating: 0, count: 8)
        for step in 0..<7000 {
            for member in BatchNegatives(batchSize: 8, count: 1, seed: 2, step: step).members[3] { counts[member] += 1 }
        }
        #expect(counts[3] == 0)
        #expect(counts.enumerated().allSatisfy { $0.offset == 3 || ($0.element - 1000).magnitude < 150 })
    }
}
