public import ArgumentParser
import Commands
public import Pipelines
import Wikitext

struct CorpusCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpus", abstract: "Prepare text to train on.",
        discussion: "Example: limbeck corpus wikipedia simplewiki-latest-pages-articles.xml.bz2 --format text",
        subcommands: [CorpusWikipedia.self])
}

struct CorpusWikipedia: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wikipedia",
        abstract: "Turn a dump of Wikipedia, or of another wiki, into plain text.",
        discussion: """
            Reads the XML that dumps.wikimedia.org offers as pages-articles, plain or as .bz2, in one stream or many, with no index. \
            Prints {"id": ..., "title": ..., "text": ...} a line, in the order of the dump. Paragraphs are parted by blank lines; \
            headings, list items and lines of verse stand on their own. References, tables, infoboxes, galleries and categories are \
            left out; templates that hold text (quotations, conversions, words in other languages) show it.

            Redirects, pages of other namespaces, scripts and data are left out and counted. Where the dump is cut off or damaged, \
            all whole pages before are printed, and the exit code is 1; it is 2 where something was replaced or passed over.

            --output keeps documents for pipelines and for limbeck inspect corpus.

            Example: limbeck corpus wikipedia enwiki-latest-pages-articles.xml.bz2 > en.jsonl
            """)

    @Argument(help: ArgumentHelp("The dump, or its parts in their order; - is the standard input.", valueName: "dump"))
    var dumps: [String]

    @Option(help: "jsonl; text, a line a paragraph and an empty line behind each document; or wikitext, pages as they were written.")
    var format: DocumentFormat = .jsonl

    @Option(help: ArgumentHelp("Numbers of the namespaces to read.", valueName: "numbers"))
    var namespaces: String = "0"

    @Option(help: ArgumentHelp("The wiki's language (default: as the dump says).", valueName: "code"))
    var language: String?

    @Option(help: ArgumentHelp("Leave out documents of fewer bytes.", valueName: "n"))
    var minBytes: Int = 1

    @Flag(help: "Print captions of pictures, too.")
    var captions = false

    @Flag(help: "Print rows of tables, too, with semicolons between cells.")
    var tables = false

    @Flag(help: "Print formulas in TeX, too.")
    var math = false

    @Flag(help: "Print blocks of code, too.")
    var code = false

    @Flag(name: .customLong("no-disambig"), help: "Leave out pages that list the meanings of a word.")
    var dropsDisambiguations = false

    @Option(help: ArgumentHelp("Variants of the language in the order of preference, such as zh-tw,zh-hant.", valueName: "codes"))
    var variants: String?

    @Flag(help: "With jsonl: say where text is literal (nowiki, code, character references), as bytes.")
    var literals = false

    @Option(
        help: ArgumentHelp(
            "Keep the documents as shards in this folder instead of printing them; killed and started again, it goes on.",
            valueName: "folder"))
    var output: String?

    @Flag(help: "With --output: keep the pages before the damage where a dump is cut off or damaged.")
    var acceptDamage = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        _ = try numbers()
        if acceptDamage && output == nil { throw ValidationError("--accept-damage goes with --output.") }
        if output != nil && (format != .jsonl || literals) { throw ValidationError("--format and --literals are for what is printed; leave them out with --output.") }
        if literals && format != .jsonl { throw ValidationError("--literals goes with --format jsonl.") }
    }

    private func numbers() throws -> Set<Int> {
        let numbers = namespaces.split(separator: ",").map { Int($0) }
        guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
            throw ValidationError("--namespaces takes numbers with commas between them, such as 0,14.")
        }
        return Set(numbers.compactMap { $0 })
    }

    func run() throws {
        var options = WikipediaOptions()
        options.namespaces = try numbers()
        (options.keepsDisambiguations, options.language, options.minimumBytes) = (!dropsDisambiguations, language, max(1, minBytes))
        (options.wikitext.captions, options.wikitext.tables) = (captions, tables)
        (options.wikitext.math, options.wikitext.code) = (math, code)
        options.wikitext.variants = variants?.split(separator: ",").map(String.init) ?? []
        if let output {
            let stage = try CorpusStage(dumps.map { DumpSettings(path: $0, options: options, acceptsDamage: acceptDamage) })
            if try stage.run(into: output, work: work.work()).problems > 0 { throw ExitCode(2) }
            return
        }
        let command = WikipediaCommand(paths: dumps, options: options, format: format, showsLiterals: literals, work: try work.work())
        if try command.run().problems > 0 { throw ExitCode(2) }
    }
}

extension DocumentFormat: ExpressibleByArgument {}
