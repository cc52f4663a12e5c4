import BERT
import Files
import Kernels
import Shards
import Tokens

/// Fills a folder with what is shown of sequences, batch by batch, and goes on where it was cut off.
struct FeatureWriting {
    let specification: FeatureSpecification
    let source: FeatureSource
    let logitOrder: [Int]?
    let folder: String
    let workers: Workers
    /// Called after each batch with the rows done; returns whether to stop.
    let progress: (Int) -> Bool
    /// What a teacher shows of some rows.
    let show: (Range<Int>) throws(FeaturesError) -> Taps

    /// Fills the whole folder; what parts have is taken from them.
    ///
    /// - Parameters:
    ///   - base: the identity without offsets.
    ///   - finish: called before the folder is sealed; what it returns is added to the manifest's attributes.
    func run(_ base: ShardIdentity, finish: () throws(FeaturesError) -> [String: String]) throws(FeaturesError) {
        let claim = try self.claim(folder)
        let parts = try partFolders().map { path throws(FeaturesError) in try self.claim(path) }
        var shown: [Range<Int>: Taps] = [:]
        let writer = try self.writer(claim, base, parts: parts, shown: &shown)
        try takeMark(from: parts)
        let encoder = try RowEncoder(specification, writer.identity, logitOrder: logitOrder, folder: folder, workers: workers)
        var meter = FidelityMeter(specification, folder: folder)
        try meter.take(0..<writer.committedRows, from: writer)
        for shard in shards where shard.lowerBound >= writer.committedRows {
            var isAdopted = false
            for part in parts where !isAdopted {
                isAdopted = try lift(FeaturesError.shards) { () throws(ShardError) in try writer.adopt(from: part) }
            }
            if isAdopted {
                try meter.take(shard, from: writer)
            } else {
                try fill(shard, writer, encoder, &meter, &shown)
            }
        }
        let attributes = try meter.attributes().merging(finish()) { $1 }
        try lift(FeaturesError.shards) { () throws(ShardError) in try writer.seal(attributes: attributes) }
        try lift(FeaturesError.files) { () throws(FilesError) in try Folder.remove(folder + "/" + FeaturePart.folder) }
    }

    /// Fills the folder of a part.
    func run(_ base: ShardIdentity, _ part: FeaturePart) throws(FeaturesError) {
        let path = folder + "/" + FeaturePart.folder + "/" + part.name
        let range = part.shards(of: shards.count)
        let row = range.lowerBound < shards.count ? shards[range.lowerBound].lowerBound : source.lengths.count
        var shown: [Range<Int>: Taps] = [:]
        let writer = try self.writer(claim(path), base, parts: [], part: ShardPosition(ordinal: range.lowerBound, row: row), shown: &shown)
        let encoder = try RowEncoder(specification, writer.identity, logitOrder: logitOrder, folder: path, workers: workers)
        var meter = FidelityMeter(specification, folder: path)
        for shard in shards[range] where shard.lowerBound >= writer.committedRows { try fill(shard, writer, encoder, &meter, &shown) }
        try lift(FeaturesError.shards) { () throws(ShardError) in try writer.finishPart() }
    }

    private var shards: [Range<Int>] {
        let schema = specification.schema(source.columns)
        return ShardSetWriter.boundaries(rawBytes: source.lengths.map { schema.rawBytes(length: $0) }, shardBytes: specification.shardBytes)
    }

    private func claim(_ folder: String) throws(FeaturesError) -> ShardFolderClaim {
        try lift(FeaturesError.shards) { () throws(ShardError) in try ShardFolderClaim(folder) }
    }

    private func partFolders() throws(FeaturesError) -> [String] {
        let path = folder + "/" + FeaturePart.folder
        guard Folder.isFolder(path) else { return [] }
        return try lift(FeaturesError.files) { () throws(FilesError) in try Folder.names(path).map { path + "/" + $0 } }
    }

    /// A writer with the offsets that were begun with, here or in a part, or with those of a new pilot.
    ///
    /// - Parameter shown: is given what the pilot saw, which need not be computed again.
    private func writer(
        _ claim: ShardFolderClaim, _ base: ShardIdentity, parts: [ShardFolderClaim], part: ShardPosition? = nil, shown: inout [Range<Int>: Taps]
    ) throws(FeaturesError) -> ShardSetWriter {
        var identity = base
        let begun = try lift(FeaturesError.shards) { () throws(ShardError) in
            for claim in [claim] + parts { if let begun = try claim.begun() { return begun.identity as ShardIdentity? } }
            return nil
        }
        if let begun, base.differences(from: begun.withoutOffsets).isEmpty {
            identity = begun
        } else if begun == nil {
            try ArithmeticMark(folder: claim.folder).check()
            identity.attributes.merge(try pilot(&shown)) { $1 }
        }
        let chosen = identity
        return try lift(FeaturesError.shards) { () throws(ShardError) in
            try ShardSetWriter(
                claim, schema: specification.schema(source.columns), identity: chosen, shardBytes: specification.shardBytes, part: part)
        }
    }

    /// Parts that another arithmetic computed do not make what one process would.
    private func takeMark(from parts: [ShardFolderClaim]) throws(FeaturesError) {
        let marks = try parts.map { part throws(FeaturesError) in try ArithmeticMark(folder: part.folder).read() }.compactMap(\.self)
        guard let first = marks.first else { return }
        let mark = ArithmeticMark(folder: folder)
        if let other = (marks + [try mark.read() ?? first]).first(where: { $0 != first }) {
            throw .stale(folder: folder, what: ["its parts were computed by '\(first)' and by '\(other)' (LIMBECK_KERNELS chooses kernels)"])
        }
        try mark.write(first)
    }

    private func fill(
        _ shard: Range<Int>, _ writer: ShardSetWriter, _ encoder: RowEncoder, _ meter: inout FidelityMeter, _ shown: inout [Range<Int>: Taps]
    ) throws(FeaturesError) {
        try ArithmeticMark(folder: writer.folder).check()
        // A batch never crosses a shard, so that a run that goes on forms the same batches.
        for start in stride(from: shard.lowerBound, to: shard.upperBound, by: FeatureExtraction.batchSize) {
            let rows = start..<min(start + FeatureExtraction.batchSize, shard.upperBound)
            let taps = if let taps = shown.removeValue(forKey: rows) { taps } else { try show(rows) }
            for (row, encoded) in zip(rows, try encoder.rows(taps, source.small(rows))) {
                try meter.add(encoded.fidelity, row: row, length: encoded.row.length)
                try lift(FeaturesError.shards) { () throws(ShardError) in try writer.append(encoded.row) }
            }
            if progress(rows.upperBound) { throw .interrupted(row: rows.upperBound) }
        }
    }

    /// The means over the first sequences, as the attributes of an identity.
    private func pilot(_ shown: inout [Range<Int>: Taps]) throws(FeaturesError) -> [String: String] {
        var pilot = Pilot(specification)
        let count = min(Pilot.rows, source.lengths.count)
        for start in stride(from: 0, to: count, by: FeatureExtraction.batchSize) where pilot.isNeeded {
            let rows = start..<min(start + FeatureExtraction.batchSize, count)
            let taps = try show(rows).copy()
            pilot.add(taps)
            shown[rows] = taps
            if progress(0) { throw .interrupted(row: 0) }
        }
        return pilot.attributes
    }
}

extension FeatureSource {
    /// The bytes of some rows' columns.
    func small(_ rows: some Sequence<Int>) throws(FeaturesError) -> [[[UInt8]]] {
        try rows.map { row throws(FeaturesError) in
            try lift(FeaturesError.tokens) { () throws(TokensError) in try self.row(row).small }
        }
    }

    /// Some rows, checked against a model's vocabulary and positions.
    func batch(_ rows: some Sequence<Int>, of model: BERTModel) throws(FeaturesError) -> TokenBatch {
        var batch = TokenBatch()
        for row in rows {
            let tokens = try lift(FeaturesError.tokens) { () throws(TokensError) in try self.row(row).tokens }
            batch.append(ids: tokens.ids, types: tokens.types)
        }
        let checked = batch
        try lift(FeaturesError.model) { () throws(BERTError) in try checked.check(model.configuration) }
        return batch
    }
}

extension ShardIdentity {
    /// Without what a pilot found, which two runs over the same things need not share to the last bit.
    var withoutOffsets: ShardIdentity {
        var identity = self
        identity.attributes = attributes.filter { !$0.key.hasPrefix("offset.") }
        return identity
    }
}
