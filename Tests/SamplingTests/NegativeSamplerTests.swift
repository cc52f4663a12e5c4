import Testing

@testable import Sampling

@Suite struct NegativeSamplerTests {
    private static let order = SampleOrder(shardRows: [3, 4, 2, 5], window: 2, seed: 42)

    /// Those of `schemas/sampling.md`: position 4 of epoch 0, in the second batch of four.
    @Test func drawsAreThoseOfTheSpecification() {
        var epoch = EpochOrder(Self.order, epoch: 1)
        let members = epoch.rows(4..<8)
        func rows(_ source: NegativeSource, _ count: Int, _ candidates: [Int]) -> [Int] {
            NegativeSampler(Self.order, source: source, count: count)
                .draw(epoch: 1, positions: 4..<8, members: members, candidates: candidates)[0].map { candidates[$0] }
        }
        #expect(members[0] == 11)
        #expect(rows(.batch, 2, members) == [4, 3])
        #expect(rows(.window, 3, epoch.list(of: epoch.window(of: 4))) == [4, 5, 3])
        let sampler = NegativeSampler(Self.order, source: .bank(size: 8), count: 3)
        let bank = sampler.bank(epoch: 1, first: 4, size: 8) { EpochOrder(Self.order, epoch: $0) }
        #expect(rows(.bank(size: 8), 3, bank) == [10, 12, 5])
    }

    @Test(arguments: [(16, 15), (16, 4), (3, 15), (1, 15), (100, 5000)])
    func negativesAreOthersAndDistinct(size: Int, count: Int) {
        let order = SampleOrder(shardRows: [size], seed: 1)
        let members = Array(0..<size)
        let sampler = NegativeSampler(order, source: .batch, count: count)
        let negatives = sampler.draw(epoch: 3, positions: 0..<size, members: members, candidates: members)
        for (anchor, drawn) in negatives.enumerated() {
            #expect(drawn.count == min(count, size - 1))
            #expect(Set(drawn).count == drawn.count)
            #expect(!drawn.contains(anchor))
        }
    }

    /// An anchor's negatives depend on its position alone: a reader draws what the others would.
    @Test func readersDrawTheSame() {
        let order = SampleOrder(shardRows: [8], seed: 1)
        let (sampler, members) = (NegativeSampler(order, source: .batch, count: 3), [6, 1, 3, 0, 7, 2, 5, 4])
        let all = sampler.draw(epoch: 2, positions: 0..<8, members: members, candidates: members)
        let half = sampler.draw(epoch: 2, positions: 4..<8, members: Array(members[4...]), candidates: members)
        #expect(Array(all[4...]) == half)
    }

    @Test func whatIsExcludedIsNeverDrawn() {
        let order = SampleOrder(shardRows: [9], seed: 1)
        var exclusions = Exclusions()
        exclusions.add([0, 0, 0, 1, 1, 1, -1, -1, -1])
        exclusions.add([0, 1, 2, 0, 1, 2, 0, 1, 2])
        let sampler = NegativeSampler(order, source: .batch, count: 99, exclusions: exclusions)
        let members = Array(0..<9)
        let drawn = sampler.draw(epoch: 0, positions: 0..<9, members: members, candidates: members).map { $0.sorted() }
        // 0 shares its first group with 1 and 2, and its second with 3 and 6; groups below zero are shared by none.
        #expect(drawn[0] == [4, 5, 7, 8])
        #expect(drawn[6] == [1, 2, 4, 5, 7, 8])
    }

    @Test func duplicatesAreRowsOfTheSameTokens() {
        let tokens: [Int32] = [7, 8, 7, 8, 7, 8, 9]
        #expect(Exclusions.groups(of: tokens, offsets: [0, 2, 4, 4, 7, 7]) == [0, 0, 1, 2, 1])
    }

    /// The bank reaches back over the border of an epoch, and no further than the beginning of the run.
    @Test func aBankHoldsWhatWasVisited() {
        var first = EpochOrder(Self.order, epoch: 0)
        var second = EpochOrder(Self.order, epoch: 1)
        let visited = first.rows(0..<14) + second.rows(0..<4)
        let sampler = NegativeSampler(Self.order, source: .bank(size: 10), count: 1)
        func bank(_ size: Int) -> [Int] {
            sampler.bank(epoch: 1, first: 4, size: size) { EpochOrder(Self.order, epoch: $0) }
        }
        #expect(bank(10) == Array(visited.reversed().prefix(10)))
        #expect(bank(500) == visited.reversed())
        #expect(sampler.bank(epoch: 0, first: 0, size: 10) { EpochOrder(Self.order, epoch: $0) }.isEmpty)
    }

    /// Each other member is drawn about as often.
    @Test func negativesAreEven() {
        var counts = [Int](repeating: 0, count: 8)
        let sampler = NegativeSampler(SampleOrder(shardRows: [8], seed: 2), source: .batch, count: 1)
        let members = Array(0..<8)
        for epoch in 0..<7000 {
            let drawn = sampler.draw(epoch: epoch, positions: 3..<4, members: [3], candidates: members)
            for member in drawn[0] { counts[member] += 1 }
        }
        #expect(counts[3] == 0)
        #expect(counts.enumerated().allSatisfy { $0.offset == 3 || ($0.element - 1000).magnitude < 150 })
    }
}
