/// How well an epoch is shuffled: a window that is small, or shards that hold neighbours, show here.
public struct ShuffleReport: Sendable, Equatable, Codable {
    /// A tenth of the epoch.
    public struct Part: Sendable, Equatable, Codable {
        public var batches: Int
        /// Shards that the rows of a batch come from, on average.
        public var shardsPerBatch: Double
        /// Of all pairs in a batch, those of rows that stand beside each other in the set.
        public var neighbours: Double
        /// Of all pairs in a batch, those of one document; nil where documents are not known.
        public var sameDocument: Double?
    }

    public var epoch: Int
    public var batchSize: Int
    public var window: Int
    public var parts: [Part]
    /// What a perfect shuffle of the whole set would show.
    public var ideal: Part
}

extension ShuffleReport {
    /// - Parameter documents: of each row, negative where there is none.
    public init(_ sampleOrder: SampleOrder, epoch: Int, batchSize: Int, documents: [Int32]? = nil) {
        (self.epoch, self.batchSize, window) = (epoch, batchSize, sampleOrder.window)
        var order = EpochOrder(sampleOrder, epoch: epoch)
        let total = order.batchCount(size: batchSize)
        parts = (0..<min(10, total)).map { part in
            let batches = total * part / min(10, total)..<total * (part + 1) / min(10, total)
            var (shards, neighbours, documentPairs, pairs) = (0, 0, 0, 0)
            for batch in batches {
                let rows = order.rows(order.positions(batch: batch, size: batchSize))
                shards += Set(rows.map(sampleOrder.shard)).count
                pairs += rows.count * (rows.count - 1) / 2
                let present = Set(rows)
                neighbours += rows.count { present.contains($0 + 1) }
                if let documents { documentPairs += Self.equalPairs(rows.map { documents[$0] }) }
            }
            func rate(_ count: Int) -> Double { pairs == 0 ? 0 : Double(count) / Double(pairs) }
            return Part(
                batches: batches.count, shardsPerBatch: Double(shards) / Double(max(1, batches.count)), neighbours: rate(neighbours),
                sameDocument: documents == nil ? nil : rate(documentPairs))
        }
        ideal = Self.ideal(sampleOrder, batchSize: batchSize, documents: documents)
    }

    private static func equalPairs(_ groups: [Int32]) -> Int {
        var counts: [Int32: Int] = [:]
        for group in groups where group >= 0 { counts[group, default: 0] += 1 }
        return counts.values.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
    }

    /// Expected values under a uniform permutation.
    private static func ideal(_ order: SampleOrder, batchSize: Int, documents: [Int32]?) -> Part {
        let n = Double(order.count)
        let size = min(batchSize, order.count)
        let allPairs = max(1, n * (n - 1) / 2)
        // A shard of r rows is missed by a batch with probability C(n - r, b) / C(n, b).
        let shards = order.shardRows.reduce(0.0) { sum, rows in
            var missed = 1.0
            for draw in 0..<size { missed *= max(0, n - Double(rows) - Double(draw)) / (n - Double(draw)) }
            return sum + 1 - missed
        }
        return Part(
            batches: (order.count + batchSize - 1) / max(1, batchSize), shardsPerBatch: shards, neighbours: max(0, n - 1) / allPairs,
            sameDocument: documents.map { Double(equalPairs($0)) / allPairs })
    }
}
