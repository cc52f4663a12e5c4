import ArgumentParser
import Pipelines

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure parts of the work on this machine.",
        discussion: "Example: limbeck bench tokenizer --vocabulary bert-base-uncased --text corpus.txt",
        subcommands: [BenchCache.self, BenchTokenizer.self])
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
