import ArgumentParser
import Files
import Inspection
import Pipelines
import WordPiece

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a folder or a corpus holds.",
        discussion: """
            Example: limbeck inspect runs/mrpc/features/train
            Example: limbeck inspect corpus simplewiki-latest-pages-articles.xml.bz2
            """,
        subcommands: [InspectFolder.self, InspectCorpus.self],
        defaultSubcommand: InspectFolder.self)
}

struct InspectFolder: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "folder",
        abstract: "Show what a folder holds: documents, tokens, features, or a model. The word may be left out.",
        discussion: """
            --row shows a sequence as text, and with --neighbours those near it by the cosine of their states; --shuffle shows how \
            well an epoch mixes.

            Example: limbeck inspect runs/mrpc/features/train --row 7 --neighbours 3 --vocabulary runs/mrpc/finetune
            """)

    @Argument(help: ArgumentHelp("A folder of documents, tokens or features, or a model's folder.", valueName: "folder"))
    var folder: String

    @Option(name: .customLong("row"), help: ArgumentHelp("Show this sequence, counted from 0; may be given several times.", valueName: "n"))
    var rows: [Int] = []

    @Option(help: ArgumentHelp("Show so many sequences that lie nearest to it in a cache.", valueName: "n"))
    var neighbours = 0

    @Option(help: ArgumentHelp("A vocab.txt, or a folder that has one: sequences are shown as text.", valueName: "path"))
    var vocabulary: String?

    @Flag(help: "Show how well an epoch of a set is shuffled.")
    var shuffle = false

    @Option(help: "The shuffle's seed.")
    var seed: UInt64 = 42

    @Option(help: "The shuffle's epoch, from 0.")
    var epoch = 0

    @Option(help: "Shards that are shuffled together.")
    var window = 16

    @Option(help: "Sequences of a batch.")
    var batchSize = 16

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if rows.isEmpty, neighbours > 0 || vocabulary != nil { throw ValidationError("--neighbours and --vocabulary go with --row.") }
        if !rows.isEmpty, shuffle { throw ValidationError("Give --row or --shuffle.") }
        if window < 1 || batchSize < 1 || epoch < 0 || epoch >= 1 << 24 || neighbours < 0 {
            throw ValidationError("--window and --batch-size are at least 1, --epoch and --neighbours at least 0.")
        }
    }

    func run() throws {
        let report =
            if shuffle {
                try Report(shuffleOf: folder, seed: seed, epoch: epoch, window: window, batchSize: batchSize)
            } else if rows.isEmpty {
                try Report(folder: folder)
            } else {
                try Report(
                    rows: rows, of: folder, vocabulary: vocabulary.map { try TokenizerFolder($0).tokenizer.vocabulary }, neighbours: neighbours)
            }
        try StandardOutput.write(json ? report.json : report.text)
    }
}
