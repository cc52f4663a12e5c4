import ArgumentParser
import Files
import Inspection
import Commands
import Pipelines

struct InspectCorpus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus",
        abstract: "Show counts, rejects and samples of a corpus: documents, a dump, or files that a descriptor describes.",
        discussion: """
            Example: limbeck inspect corpus enwiki-latest-pages-articles1.xml.bz2 --samples 5
            Example: limbeck inspect corpus --task MRPC --path glue_data/MRPC --split dev
            """)

    @Argument(help: ArgumentHelp("A folder of documents, a run that read dumps, or a dump.", valueName: "folder-or-dump"))
    var input: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("Of a described corpus: the split (default: all that there are files of).", valueName: "name"))
    var split: String?

    @Option(help: ArgumentHelp("Documents or records to show.", valueName: "n"))
    var samples: Int = 3

    @Option(help: "Decides which are shown.")
    var seed: UInt64 = 0

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if (input != nil) == corpus.isGiven { throw ValidationError("Give a folder or a dump; or --task with --path, or --descriptor.") }
        if split != nil && !corpus.isGiven { throw ValidationError("--split goes with --task or --descriptor.") }
        if samples < 0 || samples > 1000 { throw ValidationError("--samples is a number from 0 to 1000.") }
    }

    func run() throws {
        guard let input else {
            let settings = try corpus.settings()
            let splits = try split.map { [$0] } ?? settings.presentSplits()
            return try show(Report(settings.descriptor, splits: splits, folder: settings.path, samples: samples, seed: seed))
        }
        if Folder.isFolder(input) { return try show(Report(documentsIn: input, samples: samples, seed: seed)) }
        let sample = try WikipediaCommand.sample(samples, of: input, seed: seed, work: work.work())
        let counts = sample.counts.named.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        try show(Report(dump: input, counts: counts, documents: sample.documents))
        if let damage = sample.damage { throw damage }
    }

    private func show(_ report: Report) throws { try StandardOutput.write(json ? report.json : report.text) }
}
