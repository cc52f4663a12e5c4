import Corpora
import Documents
import Files
import Kernels
import Records
import Sentences
import Shards
import Tasks
import Tokens
import WordPiece

extension Pipeline {
    /// Reads the dumps into documents.
    func extractTexts(into path: String) throws(PipelinesError) -> [String] {
        guard let stage = try CorpusStage(settings.texts + settings.transfer) else { preconditionFailure("a stage that is planned where there are dumps") }
        guard stage.plan == plan(CorpusStage.name) else {
            throw .stage(CorpusStage.name, problem: "a dump was changed while this run was under way; start it again")
        }
        return try stage.fill(path, threads: workers.count, observer: observer)
    }

    /// Splits texts into sentences, packs these into sequences, and stores each sequence once, in an order drawn from
    /// `tokens.shuffleSeed`.
    func pack(_ texts: [TextSource], _ plan: StagePlan, into path: String) throws(PipelinesError) -> [String] {
        let folder = path + "/train"
        if !ShardSet.isSealed(folder) {
            let buckets = try lift(PipelinesError.files) { () throws(FilesError) in
                try SequenceBuckets(path + "/buckets", memory: memory, seed: settings.tokens.shuffleSeed)
            }
            let rejects = try fill(buckets, texts, stage: plan.name)
            _ = try write(rejects: rejects, to: path)
            try write(buckets, plan, to: folder)
        } else {
            // A kill may have come between the two.
            try lift(PipelinesError.files) { () throws(FilesError) in try Folder.remove(path + "/buckets") }
        }
        return ["train/manifest.json", "rejects.jsonl"]
    }

    /// - Returns: lines of `rejects.jsonl`.
    private func fill(_ buckets: SequenceBuckets, _ texts: [TextSource], stage: String) throws(PipelinesError) -> [UInt8] {
        let packing = DocumentPacking(
            packer: SequencePacker(splitter: SentenceSplitter(), maximumLength: settings.tokens.maximumLength),
            encoders: EncoderPool(tokenizer.tokenizer), pool: TaskPool(threads: workers.count), buckets: buckets, stage: stage, observer: observer)
        if let plan = plan(CorpusStage.name) {
            let set = try lift(PipelinesError.documents) { () throws(DocumentsError) in try DocumentSet(folder: folder(plan) + "/documents") }
            if !texts.contains(where: { if case .corpus = $0 { true } else { false } }) { packing.total = set.count }
            for shard in 0..<set.shardCount {
                for document in try lift(PipelinesError.documents, { () throws(DocumentsError) in try set.documents(shard: shard) }) {
                    try packing.add(document)
                }
            }
        }
        for case .corpus(let source, let split) in texts { try source.forEachText(of: split, packing) }
        try packing.end()
        return packing.rejects
    }

    private func write(_ buckets: SequenceBuckets, _ plan: StagePlan, to folder: String) throws(PipelinesError) {
        let corpus = plan.inputs.filter { $0.name.hasPrefix("corpus") }.map(\.value).joined(separator: " ")
        let writer = try lift(PipelinesError.tokens) { () throws(TokensError) in
            try TokenWriter(
                folder: folder, labels: .none, fingerprints: ["corpus": corpus, "vocabulary": tokenizer.vocabularyHash],
                attributes: [
                    "split": "train", "tokenizer": tokenizer.facts, "maxLength": "\(settings.tokens.maximumLength)",
                    "shuffleSeed": "\(settings.tokens.shuffleSeed)", "packed": "sentences of a document",
                ],
                hasDocuments: true)
        }
        let (first, last) = (tokenizer.tokenizer.classID, tokenizer.tokenizer.separatorID)
        var row = 0
        while let bucket = try lift(PipelinesError.files, { () throws(FilesError) in try buckets.next() }) {
            for index in 0..<bucket.count {
                row += 1
                guard row > writer.committedRows else { continue }
                let ids = [first] + bucket.ids(index) + [last]
                let document = bucket.document(index)
                try lift(PipelinesError.tokens) { () throws(TokensError) in
                    try writer.append(
                        TokenSequence(ids: ids, types: [UInt8](repeating: 0, count: ids.count)), label: .none,
                        exampleID: Int(document), document: document)
                }
            }
            observer.report(ProgressEvent(stage: plan.name, unit: "sequences", done: row, total: buckets.count))
            if observer.isInterrupted() { throw .interrupted(stage: plan.name) }
        }
        guard row > 0 else { throw .stage(plan.name, problem: "the corpus has no text") }
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal(attributes: ["duplicates": "\(buckets.duplicates)"]) }
        observer.note("\(plan.name): \(row) sequences; \(buckets.duplicates) were there before and left out")
    }
}
