import Corpora
import Documents
import Files
import Records
import Tasks

/// Packs documents on all threads, and adds their sequences to the buckets in the documents' order.
final class DocumentPacking {
    let packer: SequencePacker
    let encoders: EncoderPool
    let pool: TaskPool
    let buckets: SequenceBuckets
    /// Names the progress.
    let stage: String
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

    init(packer: SequencePacker, encoders: EncoderPool, pool: TaskPool, buckets: SequenceBuckets, stage: String, observer: WorkObserver) {
        (self.packer, self.encoders, self.pool, self.buckets, self.stage, self.observer) = (packer, encoders, pool, buckets, stage, observer)
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
        observer.report(ProgressEvent(stage: stage, unit: "documents", done: count, total: total))
        if observer.isInterrupted() { throw .interrupted(stage: stage) }
    }

    private func take() throws(PipelinesError) {
        let (first, result) = pending.removeFirst()
        let documents = result.wait()
        guard first + documents.count <= Int(Int32.max) else { throw .stage(stage, problem: "there are more documents than \(Int32.max)") }
        try lift(PipelinesError.files) { () throws(FilesError) in
            for (index, sequences) in documents.enumerated() {
                for ids in sequences { try buckets.add(ids, document: Int32(first + index)) }
            }
        }
    }
}

extension CorpusSettings {
    /// Gives the texts of a split as documents; a second text is a paragraph of its own.
    func forEachText(of split: String, _ packing: DocumentPacking) throws(PipelinesError) {
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
                        stage: packing.stage, count: rejected, limit: rejectLimit, first: "\(split), line \(reject.line): \(reject.reason)")
                }
            }
        }
    }
}
