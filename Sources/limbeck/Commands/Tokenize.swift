import ArgumentParser
import Pipelines

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn lines into WordPiece ids.",
        discussion: """
            Prints the ids of each line, separated by spaces: one line for one line, with [CLS] and [SEP]. Nothing is padded,
            and nothing is cut unless --max-length says so. A line that is not UTF-8 gives an empty line and exit code 2.

            Example: limbeck tokenize --vocabulary bert-base-uncased --lines corpus.txt
            """)

    @Option(help: ArgumentHelp("A vocab.txt, or a model's folder, whose tokenizer_config.json is then read too.", valueName: "folder-or-file"))
    var vocabulary: String

    @Option(help: ArgumentHelp("The lines; - is the standard input.", valueName: "file"))
    var lines: String?

    @Option(help: ArgumentHelp("Pairs, the two texts of a line separated by a tab; - is the standard input.", valueName: "file"))
    var pairs: String?

    @Option(help: ArgumentHelp("Cut to so many ids, the longer side of a pair first.", valueName: "n"))
    var maxLength: Int?

    @Flag(name: .customLong("no-special"), help: "Leave [CLS] and [SEP] out.")
    var isBare = false

    @Flag(name: .customLong("types"), help: "Print a tab and the token types after the ids.")
    var showsTypes = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if (lines == nil) == (pairs == nil) { throw ValidationError("Give --lines or --pairs.") }
        if isBare && (pairs != nil || maxLength != nil || showsTypes) {
            throw ValidationError("--no-special goes with --lines alone.")
        }
        let least = pairs == nil ? 2 : 3
        if let maxLength, maxLength < least { throw ValidationError("--max-length is at least \(least): the special tokens stay.") }
    }

    func run() throws {
        let filter = try TokenizerFilter(
            vocabulary: vocabulary, maximumLength: maxLength, isBare: isBare, hasPairs: pairs != nil, showsTypes: showsTypes,
            work: work.work())
        let rejected = try filter.run(lines ?? pairs ?? "-")
        if rejected > 0 { throw ExitCode(2) }
    }
}
