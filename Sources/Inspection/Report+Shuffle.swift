import Sampling
import Shards

extension Report {
    /// How well epochs of a set are shuffled, beside a perfect shuffle.
    public init(
        shuffleOf folder: String, seed: UInt64, epoch: Int, window: Int, batchSize: Int
    ) throws(InspectionError) {
        let set = try lift(InspectionError.shards) { () throws(ShardError) in try ShardSet(folder: folder) }
        var documents: [Int32]?
        if set.schema.small.contains(where: { $0.name == "document" }) {
            documents = try lift(InspectionError.shards) { () throws(ShardError) in try set.int32s("document") }
        }
        let order = SampleOrder(shardRows: set.shardRows, window: window, seed: seed)
        let report = ShuffleReport(order, epoch: epoch, batchSize: batchSize, documents: documents)
        func line(_ part: ShuffleReport.Part) -> String {
            func millionths(_ rate: Double) -> String { "\(Int((rate * 1e6).rounded()))" }
            return "\((part.shardsPerBatch * 100).rounded() / 100) shards a batch, neighbours \(millionths(part.neighbours)) of a million pairs"
                + (part.sameDocument.map { ", one document \(millionths($0))" } ?? "")
        }
        let facts = [("epoch", "\(epoch)"), ("window", "\(window) shards of \(set.shardRows.count)"), ("batch", "\(batchSize)")]
            + report.parts.enumerated().map { ("part \($0 + 1) of \(report.parts.count)", line($1)) } + [("perfect shuffle", line(report.ideal))]
        self.init(sections: [Section("shuffle of \(folder) with seed \(seed)", facts)])
    }
}
