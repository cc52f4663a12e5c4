public import ArgumentParser
public import Commands
import Pipelines
public import WordPiece

struct Tokenize: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Turn text into WordPiece ids: lines to lines, or a corpus to token shards.",
        discussion: """
            Prints the ids of each line, separated by spaces: one line for one line, with [CLS] and [SEP]. Nothing is padded, \
            and nothing is cut unless --max-length says so. What is not UTF-8 counts as U+FFFD, is named, and makes the exit code 2.

            With --format json a line is {"ids": [...], "types": [...], "offsets": [[first, end], ...], "words": [...]}: offsets are \
            bytes of the text, whole characters always, and 0 for special tokens that were added, whose word is null. With \
            --stride a long text gives an object for each window, and "line" tells which line it is of.

            With --output sequences of lines, or of a corpus, go into a folder of token shards, in the order of the input. Killed \
            and started again, it goes on where it was.

            Example: limbeck tokenize --vocabulary bert-base-uncased --lines corpus.txt
            """)

    @Option(help: ArgumentHelp("A vocab.txt, a tokenizer.json, or a model's folder with either.", valueName: "folder-or-file"))
    var vocabulary: String

    @Option(help: ArgumentHelp("The lines; - is the standard input.", valueName: "file"))
    var lines: String?

    @Option(help: ArgumentHelp("Pairs, the two texts of a line separated by a tab; - is the standard input.", valueName: "file"))
    var pairs: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split of a corpus.", valueName: "name"))
    var split: String = "train"

    @Option(help: ArgumentHelp("Write token shards into this folder.", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("Cut to so many ids (default with --output: 512).", valueName: "n"))
    var maxLength: Int?

    @Option(help: ArgumentHelp("What --max-length cuts of a pair: longest_first, only_first, only_second.", valueName: "strategy"))
    var truncation: TruncationStrategy = .longestFirst

    @Option(help: ArgumentHelp("Cut what is too long into windows that share so many ids.", valueName: "n"))
    var stride: Int?

    @Flag(name: .customLong("no-special"), help: "Leave [CLS] and [SEP] out.")
    var isBare = false

    @Flag(name: .customLong("types"), help: "Print a tab and the token types after the ids.")
    var showsTypes = false

    @Option(help: "ids or json.")
    var format: TokenizerFilter.Format = .ids

    @Option(help: "What becomes of text that is not UTF-8: replace, or reject the line.")
    var invalid: InvalidText = .replace

    @Flag(name: .customLong("decode"), help: "The other way: lines of ids to text.")
    var decodes = false

    @Flag(name: .customLong("keep-special"), help: "With --decode: print special tokens too.")
    var keepsSpecialTokens = false

    @Flag(name: .customLong("no-clean-up"), help: "With --decode: leave spaces before punctuation.")
    var leavesSpaces = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        let inputs = [lines != nil, pairs != nil, corpus.isGiven].count { $0 }
        if inputs != 1 { throw ValidationError("Give --lines, --pairs, or a corpus by --task or --descriptor.") }
        if corpus.isGiven && output == nil { throw ValidationError("A corpus needs --output, a folder for its token shards.") }
        if output != nil && (isBare || showsTypes || decodes || format == .json) {
            throw ValidationError("--output does not go with --no-special, --types, --decode or --format.")
        }
        if isBare && (maxLength != nil || showsTypes || (pairs != nil && format == .json)) {
            throw ValidationError("--no-special does not go with --max-length, --types, or pairs as JSON.")
        }
        if decodes && (pairs != nil || maxLength != nil || showsTypes || isBare || format == .json || invalid == .reject) {
            throw ValidationError("--decode goes with --lines, --keep-special and --no-clean-up alone.")
        }
        if !decodes && (keepsSpecialTokens || leavesSpaces) { throw ValidationError("--keep-special and --no-clean-up go with --decode.") }
        if showsTypes && format == .json { throw ValidationError("JSON has the types anyway; leave --types out.") }
        try validateLengths()
    }

    private func validateLengths() throws {
        let maxLength = maxLength ?? (output == nil ? nil : TokenCommand.Options().maximumLength)
        let least = lines == nil ? 3 : 2
        if let maxLength, maxLength < least { throw ValidationError("--max-length is at least \(least): the special tokens stay.") }
        if let maxLength, output != nil, maxLength > 65_535 { throw ValidationError("--max-length is at most 65535 with --output.") }
        if truncation != .longestFirst && (lines != nil || maxLength == nil) {
            throw ValidationError("--truncation goes with pairs and --max-length.")
        }
        guard let stride else { return }
        guard format == .json || output != nil, let maxLength else {
            throw ValidationError("--stride goes with --max-length and --format json, or with --output.")
        }
        guard stride >= 0, stride < maxLength - 2 else {
            throw ValidationError("--stride is at least 0 and below --max-length less the special tokens.")
        }
        if lines == nil && truncation == .longestFirst {
            throw ValidationError("--stride needs --truncation only_first or only_second for pairs.")
        }
    }

    func run() throws {
        let rejected = try output.map(tokenise) ?? filter()
        if rejected > 0 { throw ExitCode(2) }
    }

    private func filter() throws -> Int {
        var options = TokenizerFilter.Options()
        (options.maximumLength, options.truncation, options.stride) = (maxLength, truncation, stride)
        (options.isBare, options.hasPairs, options.showsTypes) = (isBare, pairs != nil, showsTypes)
        (options.format, options.invalidText) = (format, invalid)
        (options.decodes, options.keepsSpecialTokens, options.cleansUp) = (decodes, keepsSpecialTokens, !leavesSpaces)
        return try TokenizerFilter(vocabulary: vocabulary, options: options, work: work.work()).run(lines ?? pairs ?? "-")
    }

    private func tokenise(into output: String) throws -> Int {
        var options = TokenCommand.Options()
        options.maximumLength = maxLength ?? options.maximumLength
        (options.truncation, options.stride, options.hasPairs, options.invalidText) = (truncation, stride, pairs != nil, invalid)
        let command = try TokenCommand(vocabulary: vocabulary, options: options, output: output, work: work.work())
        if let path = lines ?? pairs { return try command.run(lines: path) }
        return try command.run(corpus: corpus.settings(), split: split)
    }
}

extension TruncationStrategy: ExpressibleByArgument {}
extension TokenizerFilter.Format: ExpressibleByArgument {}
extension InvalidText: ExpressibleByArgument {}
