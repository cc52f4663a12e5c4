import ArgumentParser
import Commands
import Pipelines
import WordPiece

struct Vocabulary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a WordPiece vocabulary.",
        discussion: """
            Writes vocab.txt and tokenizer_config.json. Equal text gives equal tokens, whatever the number of threads.

            Example: limbeck vocabulary --lines corpus.txt --size 30000 --output my-tokenizer
            """)

    @Option(help: ArgumentHelp("Plain text; may be given several times; - is the standard input.", valueName: "file"))
    var lines: [String] = []

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split of a corpus.", valueName: "name"))
    var split: String = "train"

    @Option(help: ArgumentHelp("How many tokens, special ones included.", valueName: "n"))
    var size: Int = 30_000

    @Option(help: ArgumentHelp("Where it goes.", valueName: "folder"))
    var output: String

    @Flag(help: "Keep upper case and accents.")
    var cased = false

    @Flag(name: .customLong("keep-accents"), help: "Keep accents; --cased does anyway.")
    var keepsAccents = false

    @Option(help: ArgumentHelp("A pair of pieces that occurs less often is not joined.", valueName: "n"))
    var minFrequency: Int = 2

    @Option(help: ArgumentHelp("So many characters are kept, the most frequent; words with others are unknown.", valueName: "n"))
    var alphabet: Int = 1000

    @Option(help: ArgumentHelp("A further special token, after [PAD], [UNK], [CLS], [SEP] and [MASK]; may be given several times.", valueName: "token"))
    var special: [String] = []

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if lines.isEmpty == !corpus.isGiven { throw ValidationError("Give --lines, or a corpus by --task or --descriptor.") }
        if size < 100 || size > 10_000_000 { throw ValidationError("--size is a number from 100 to 10000000.") }
        if minFrequency < 1 { throw ValidationError("--min-frequency is at least 1.") }
        if alphabet < 1 { throw ValidationError("--alphabet is at least 1.") }
    }

    func run() throws {
        var trainer = VocabularyTrainer(size: size)
        (trainer.minimumFrequency, trainer.alphabetLimit, trainer.specialTokens) = (minFrequency, alphabet, special)
        var options = VocabularyCommand.Options(trainer: trainer)
        options.settings = WordPieceSettings(lowercase: !cased, stripAccents: keepsAccents ? false : nil)
        let command = try VocabularyCommand(options: options, output: output, work: work.work())
        let rejected = lines.isEmpty ? try command.run(corpus: corpus.settings(), split: split) : try command.run(lines: lines)
        if rejected > 0 { throw ExitCode(2) }
    }
}
