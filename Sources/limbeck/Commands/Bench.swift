import ArgumentParser
import Benchmarking
import Pipelines

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure parts of the work on this machine.",
        discussion: """
            Example: limbeck bench
            Example: limbeck bench tokenizer --vocabulary bert-base-uncased --text corpus.txt
            """,
        subcommands: [BenchCompute.self, BenchCache.self, BenchTokenizer.self], defaultSubcommand: BenchCompute.self)
}

struct BenchCompute: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute",
        abstract: "Run a teacher, a student and its training by turns, and say how near they come to what the BLAS can do.",
        discussion: """
            Prints tokens a second, none of them pads, of the teacher's pass, of a whole features stage, of reading its cache back, of the \
            student's pass and of training steps with all their reading; the share of the rate of plain matrix products at the same \
            shapes, measured in the same run; and how many times smaller and faster than its teacher the student is. The word compute may \
            be left out.

            Example: limbeck bench compute --teacher models/bert-mrpc --student runs/mrpc/distill --tokens runs/mrpc/tokens/train
            """)

    @Option(help: ArgumentHelp("A model's folder, bert-base, bert-large, minilm, or a shape such as 12x768x3072x12.", valueName: "model"))
    var teacher = ComputeBenchmark.Options().teacher

    @Option(help: ArgumentHelp("The same; a shape is layers x hidden x intermediate x heads.", valueName: "model"))
    var student = ComputeBenchmark.Options().student

    @Option(help: ArgumentHelp("Tokens or features whose lengths are taken (default: lengths like those of MRPC).", valueName: "folder"))
    var tokens: String?

    @Option(help: ArgumentHelp("A text to tokenise with the clock running, too.", valueName: "file"))
    var text: String?

    @Option(help: ArgumentHelp("A vocabulary for --text (default: the teacher's).", valueName: "folder-or-file"))
    var vocabulary: String?

    @Option(help: ArgumentHelp("How many sequences.", valueName: "n"))
    var sequences = ComputeBenchmark.Options().sequences

    @Option(help: ArgumentHelp("Sequences of a training step.", valueName: "n"))
    var batch = ComputeBenchmark.Options().batchSize

    @Option(help: ArgumentHelp("How often everything is measured; medians count.", valueName: "n"))
    var rounds = ComputeBenchmark.Options().rounds

    @Option(help: ArgumentHelp("Where the cache lies meanwhile (default: TMPDIR).", valueName: "folder"))
    var folder: String?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var work: WorkOptions

    func run() throws {
        var options = ComputeBenchmark.Options()
        (options.teacher, options.student, options.tokens, options.text) = (teacher, student, tokens, text)
        (options.vocabulary, options.sequences, options.batchSize) = (vocabulary, sequences, batch)
        (options.rounds, options.folder, options.isJSON) = (rounds, folder, json)
        try ComputeBenchmark(options, work: work.work()).run()
    }
}

struct BenchCache: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Write the states of a cache in a precision and read them back, with the clock running.",
        discussion: """
            Prints JSON. The states are decoded to memory first; opening and the first touch of a page are not timed.

            Example: limbeck bench cache runs/mrpc/features/train --precision int8-rotated --folder scratch
            """)

    @Argument(help: ArgumentHelp("A cache with hidden states.", valueName: "folder"))
    var source: String

    @Option(help: "float32, float16, bfloat16, int8-rotated or int4-rotated.")
    var precision: String

    @Option(help: ArgumentHelp("Where the copy goes; it stays there.", valueName: "folder"))
    var folder: String

    @OptionGroup var work: WorkOptions

    func run() throws {
        try CacheBenchmark.run(source, precision: precision, into: folder, work: work.work())
    }
}

struct BenchTokenizer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Turn the lines of a text into ids, with the clock running.",
        discussion: """
            Prints JSON: processor time of one thread, and wall time of all, for the first pass over the text and for further ones. \
            The vocabulary and the text are read before; checking that the text is UTF-8 is timed.

            Example: limbeck bench tokenizer --vocabulary bert-base-uncased --text corpus.txt
            """)

    @Option(help: ArgumentHelp("A vocab.txt, a tokenizer.json, or a model's folder with either.", valueName: "folder-or-file"))
    var vocabulary: String

    @Option(help: ArgumentHelp("A text of many lines.", valueName: "file"))
    var text: String

    @OptionGroup var work: WorkOptions

    func run() throws { try TokenizerBenchmark.run(text, vocabulary: vocabulary, work: work.work()) }
}
