import Documents
import Files
import Kernels
import MediaWiki
import Records

/// Dumps of a pipeline's corpus, and `limbeck corpus wikipedia --output`: their pages become a folder of documents.
///
/// Killed and started again, it reads the dumps again, and goes on behind the documents that are there.
public struct CorpusStage: Sendable {
    static let name = "corpus"

    let dumps: [DumpSettings]
    let plan: StagePlan

    /// - Throws: `PipelinesError.usage` for the standard input, which can't be read again to go on.
    public init(_ dumps: [DumpSettings]) throws(PipelinesError) {
        self.dumps = dumps
        var inputs: [(String, String)] = []
        for (index, dump) in dumps.enumerated() {
            guard dump.path != "-" else { throw .usage("documents are kept of a dump that can be read again to go on, not of the standard input") }
            let hash = try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(dump.path) }
            inputs += ([("dump", hash)] + dump.options.inputs).map { ("\($0).\(index)", $1) }
        }
        plan = StagePlan(Self.name, version: 1, inputs: inputs)
    }

    /// The dumps among a pipeline's texts; nil where there are none.
    init?(_ texts: [TextSource]) throws(PipelinesError) {
        var dumps: [DumpSettings] = []
        for case .wikipedia(let dump) in texts { dumps.append(dump) }
        if dumps.isEmpty { return nil }
        try self.init(dumps)
    }

    /// Fills a folder of the user's, unless it was filled from the same before.
    ///
    /// - Returns: what became of the pages.
    public func run(into folder: String, work: Work) throws(PipelinesError) -> WikipediaCounts {
        guard !folder.isEmpty else { throw .usage("--output is empty; give a folder") }
        let stage = try StageFolder(folder, plan: plan)
        if !stage.isSealed { try stage.seal(outputs: try fill(folder, threads: work.workers.count, observer: work.observer), leftovers: []) }
        let counts = try Self.counts(of: folder)
        work.printer.note("corpus: \(stage.isSealed ? "was finished before" : "done"), \(folder): \(counts.summary)")
        return counts
    }

    /// - Returns: the files that vouch for what was made.
    func fill(_ folder: String, threads: Int, observer: WorkObserver) throws(PipelinesError) -> [String] {
        let documents = folder + "/documents"
        let outputs = ["documents/manifest.json"]
        if Folder.exists(documents + "/manifest.json") { return outputs }
        var (fingerprints, attributes): ([String: String], [String: String]) = ([:], [:])
        for input in plan.inputs {
            if input.name.hasPrefix("dump.") { fingerprints[input.name] = input.value } else { attributes[input.name] = input.value }
        }
        let writer = try lift(PipelinesError.documents) { () throws(DocumentsError) in
            try DocumentWriter(folder: documents, fingerprints: fingerprints, attributes: attributes)
        }
        var (counts, row) = (WikipediaCounts(), 0)
        for dump in dumps {
            counts.add(
                try read(dump, threads: threads, observer: observer) { batch throws(PipelinesError) in
                    for document in batch {
                        row += 1
                        guard row > writer.committedRows else { continue }
                        try lift(PipelinesError.documents) { () throws(DocumentsError) in try writer.append(document) }
                    }
                })
        }
        let result = counts.named
        try lift(PipelinesError.documents) { () throws(DocumentsError) in try writer.seal(counts: result) }
        return outputs
    }

    private func read(
        _ dump: DumpSettings, threads: Int, observer: WorkObserver, _ sink: ([Document]) throws(PipelinesError) -> Void
    ) throws(PipelinesError) -> WikipediaCounts {
        let extraction = WikipediaExtraction(path: dump.path, options: dump.options, threads: threads, observer: observer)
        var last = WikipediaCounts()
        do throws(PipelinesError) {
            return try extraction.run { batch, counts throws(PipelinesError) in
                last = counts
                try sink(batch)
            }
        } catch {
            if error.isInterruption { throw .interrupted(stage: Self.name) }
            guard case .mediaWiki(let fault) = error, fault.isDamage else { throw error }
            guard dump.acceptsDamage else {
                throw .stage(Self.name, problem: "\(fault.description); or take what is there (acceptDamage: true, --accept-damage)")
            }
            observer.warn("corpus: \(fault.description)")
            last.faults += 1
            return last
        }
    }

    /// What became of the pages whose documents are in a folder.
    static func counts(of folder: String) throws(PipelinesError) -> WikipediaCounts {
        let set = try lift(PipelinesError.documents) { () throws(DocumentsError) in try DocumentSet(folder: folder + "/documents") }
        return WikipediaCounts(named: set.counts)
    }
}
