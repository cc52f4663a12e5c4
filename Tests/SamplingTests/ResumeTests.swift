import Testing

@testable import Sampling

@Suite("Promise 3: exact resume in mid-epoch") struct ResumeTests {
    /// Documents of three, labels in turn; the last two rows are copies of the first.
    private static let order = SampleOrder(shardRows: [3, 7, 2, 5, 6], window: 2, seed: 11)

    private static var exclusions: Exclusions {
        var exclusions = Exclusions()
        exclusions.add((0..<23).map { Int32($0 / 3) })
        exclusions.add((0..<23).map { $0 > 20 ? 0 : Int32($0) })
        return exclusions
    }

    /// What a run draws from a state on: for each batch its rows and their negatives. Nothing but seed and position is carried over.
    private func run(from start: Int, batches: Int, source: NegativeSource) -> [[[Int]]] {
        let perEpoch = EpochOrder(Self.order, epoch: 0).batchCount(size: 4)
        return (start..<start + batches).map { step in
            var epoch = EpochOrder(Self.order, epoch: step / perEpoch)
            let positions = epoch.positions(batch: step % perEpoch, size: 4)
            let rows = epoch.rows(positions)
            let sampler = NegativeSampler(Self.order, source: source, count: 5, exclusions: Self.exclusions)
            let negatives = zip(positions, rows).map { position, row in
                let candidates: [Int] =
                    switch source {
                    case .batch, .all: rows
                    case .window: epoch.list(of: epoch.window(of: position))
                    case .bank(let size):
                        sampler.bank(epoch: epoch.epoch, first: positions.lowerBound, size: size) { EpochOrder(Self.order, epoch: $0) }
                    }
                return sampler.draw(epoch: epoch.epoch, positions: position..<position + 1, members: [row], candidates: candidates)[0]
                    .map { candidates[$0] }
            }
            return [rows] + negatives
        }
    }

    /// Stopped after every batch of three epochs and begun again: what was drawn before and after, joined, is the unbroken run's.
    @Test(arguments: [NegativeSource.batch, .window, .bank(size: 12)])
    func stoppedAtEveryBatch(source: NegativeSource) {
        let unbroken = run(from: 0, batches: 18, source: source)
        for stop in 0...18 {
            #expect(run(from: 0, batches: stop, source: source) + run(from: stop, batches: 18 - stop, source: source) == unbroken)
        }
        #expect(Set(unbroken.map { $0[0] }).count == 18, "no batch comes twice")
    }
}

@Suite("Promise 4: elastic") struct ElasticTests {
    /// The number of readers may change between any two batches; rows and negatives of the batches do not.
    @Test(arguments: [[1], [2], [3], [8], [1, 8, 3], [2, 1, 5, 64]])
    func batchesAreTheSameForAnyNumberOfReaders(readers: [Int]) {
        let order = SampleOrder(shardRows: [9, 30, 8], window: 2, seed: 8)
        let sampler = NegativeSampler(order, source: .batch, count: 4)
        for number in 0..<2 {
            var epoch = EpochOrder(order, epoch: number)
            for batch in 0..<epoch.batchCount(size: 16) {
                let positions = epoch.positions(batch: batch, size: 16)
                let members = epoch.rows(positions)
                let count = readers[batch % readers.count]
                let parts = (0..<count).map { positions.slice(reader: $0, of: count) }
                #expect(parts.flatMap { epoch.rows($0) } == members)
                let drawn = parts.flatMap {
                    sampler.draw(epoch: number, positions: $0, members: epoch.rows($0), candidates: members)
                }
                #expect(drawn == sampler.draw(epoch: number, positions: positions, members: members, candidates: members))
            }
        }
    }
}

@Suite("Promise 5: every sample exactly once an epoch") struct OnceAnEpochTests {
    /// Also with fewer shards than readers, and with readers that get nothing of a short batch: equal steps, every row once.
    @Test(arguments: [1, 2, 3, 8, 100], [[5], [3, 4], [1, 1, 1], [40, 2, 17]])
    func everyRowOnceOnSomeReader(readers: Int, shardRows: [Int]) {
        let order = SampleOrder(shardRows: shardRows, window: 2, seed: 3)
        for number in 0..<3 {
            var epoch = EpochOrder(order, epoch: number)
            var read = [[Int]](repeating: [], count: readers)
            var steps = [Int](repeating: 0, count: readers)
            for batch in 0..<epoch.batchCount(size: 8) {
                for reader in 0..<readers {
                    read[reader] += epoch.rows(epoch.positions(batch: batch, size: 8).slice(reader: reader, of: readers))
                    steps[reader] += 1
                }
            }
            #expect(read.joined().sorted() == Array(0..<order.count))
            #expect(Set(steps).count == 1)
        }
    }
}
