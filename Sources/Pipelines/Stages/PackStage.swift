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
        guard let stage = try CorpusStage(settings.texts) else { preconditionFailure("a stage that is planned where there are dumps") }
        guard stage.plan == plan(CorpusStage.name) else {
            throw .stage(CorpusStage.name, problem: "a dump was changed while this run was under way; start it again")
        }
        return try stage.fill(path, threads: workers.count, observer: observer)
    }

    /// Splits texts into sentences, packs these into sequences, and stores each sequence once, in an order drawn from
    /// `tokens.shuffleSeed`.
    func packTexts(into path: String) throws(PipelinesError) -> [String] {
        let folder = path + "/train"
        if !ShardSet.isSealed(folder) {
            let buckets = try lift(PipelinesError.files) { () throws(FilesError) in
                try SequenceBuckets(path + "/buckets", memory: memory, seed: settings.tokens.shuffleSeed)
            }
            let rejects = try fill(buckets)
            _ = try write(rejects: rejects, to: path)
            try write(buckets, to: folder)
        } else {
            // A kill may have come between the two.
            try lift(PipelinesError.files) { () throws(FilesError) in try Folder.remove(path + "/buckets") }
        }
        return ["train/manifest.json", "rejects.jsonl"]
    }

    /// - Returns: lines of `rejects.jsonl`.
    private func fill(_ buckets: SequenceBuckets) throws(PipelinesError) -> [UInt8] {
        let packing = Packing(
            packer: SequencePacker(splitter: SentenceSplitter(), maximumLength: settings.tokens.maximumLength),
            encoders: EncoderPool(tokenizer.tokenizer), pool: TaskPool(threads: workers.count), buckets: buckets, observer: observer)
        if let plan = plan(CorpusStage.name) {
            let set = try lift(PipelinesError.documents) { () throws(DocumentsError) in try DocumentSet(folder: folder(plan) + "/documents") }
            if !settings.texts.contains(where: { if case .corpus = $0 { true } else { false } }) { packing.total = set.count }
            for shard in 0..<set.shardCount {
                for document in try lift(PipelinesError.documents, { () throws(DocumentsError) in try set.documents(shard: shard) }) {
                    try packing.add(document)
                }
            }
        }
        for case .corpus(let source, let split) in settings.texts { try source.forEachText(of: split, packing) }
        try packing.end()
        return packing.rejects
    }

    private func write(_ buckets: SequenceBuckets, to folder: String) throws(PipelinesError) {
        guard let plan = plan("tokens") else { preconditionFailure("the stage under way") }
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
            observer.report(ProgressEvent(stage: "tokens", unit: "sequences", done: row, total: buckets.count))
            if observer.isInterrupted() { throw .interrupted(stage: "tokens") }
        }
        guard row > 0 else { throw .stage("tokens", problem: "the corpus has no text") }
        try lift(PipelinesError.tokens) { () throws(TokensError) in try writer.seal(attributes: ["duplicates": "\(buckets.duplicates)"]) }
        observer.note("tokens: \(row) sequences; \(buckets.duplicates) were there before and left out")
    }
}

/// Packs documents on all threads, and adds their sequences to the buckets in the documents' order.
private final class Packing {
    let packer: SequencePacker
    let encoders: EncoderPool
    let pool: TaskPool
    let buckets: SequenceBuckets
    let observer: WorkObserver
    /// Documents in all; 0 where that is not known before they are read.
    var total = 0
    /// Lines of `rejects.jsonl`.
    var rejects: [UInt8] = []
    /// Documents that came so far.
    private var count = 0
    private var batch: [Document] = []
    private var batchBytes = 0
    private var pending: [(first: Int, sequences: PendingResult<[[[Int32]]]>)] = []

    init(packer: SequencePacker, encoders: EncoderPool, pool: TaskPool, buckets: SequenceBuckets, observer: WorkObserver) {
        (self.packer, self.encoders, self.pool, self.buckets, self.observer) = (packer, encoders, pool, buckets, observer)
    }

    func add(_ document: Document) throws(PipelinesError) {
        batch.append(document)
        batchBytes += document.text.count
        count += 1
        if batchBytes > 1 << 18 { try submit() }
    }

    func end() throws(PipelinesError) {
        try submit()
        while !pending.isEmpty { try take() }
        try lift(PipelinesError.files) { () throws(FilesError) in try buckets.close() }
    }

    private func submit() throws(PipelinesError) {
        let (packer, encoders, documents) = (packer, encoders, batch)
        let result = pool.submit { encoders.withEncoder { encoder in documents.map { packer.pack($0, encoder) } } }
        pending.append((count - batch.count, result))
        (batch, batchBytes) = ([], 0)
        while pending.count > 2 * pool.threads || pending.first?.sequences.isReady == true { try take() }
        observer.report(ProgressEvent(stage: "tokens", unit: "documents", done: count, total: total))
        if observer.isInterrupted() { throw .interrupted(stage: "tokens") }
    }

    private func take() throws(PipelinesError) {
        let (first, result) = pending.removeFirst()
        let documents = result.wait()
        guard first + documents.count <= Int(Int32.max) else { throw .stage("tokens", problem: "there are more documents than \(Int32.max)") }
        try lift(PipelinesError.files) { () throws(FilesError) in
            for (index, sequences) in documents.enumerated() {
                for ids in sequences { try buckets.add(ids, document: Int32(first + index)) }
            }
        }
    }
}

extension CorpusSettings {
    /// Gives the texts of a split as documents; a second text is a paragraph of its own.
    fileprivate func forEachText(of split: String, _ packing: Packing) throws(PipelinesError) {
        var rejected = 0
        try CorpusReader(descriptor).forEach(
            split: split, folder: path, readsLabels: false, wrap: PipelinesError.corpora
        ) { record throws(PipelinesError) in
            switch record {
            case .example(let example):
                let text = Array(example.text.utf8) + (example.pair.map { [newline] + Array($0.utf8) } ?? [])
                try packing.add(Document(id: example.line, title: "", text: text))
            case .reject(let reject):
                rejected += 1
                packing.rejects += RejectRecord(split: "\(descriptor.name) \(split)", reject).json() + [newline]
                guard rejected <= rejectLimit else {
                    throw .tooManyRejects(
                        stage: "tokens", count: rejected, limit: rejectLimit, first: "\(split), line \(reject.line): \(reject.reason)")
                }
            }
        }
    }
}
