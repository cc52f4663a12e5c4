import ArgumentParser
import Pipelines

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure parts of the work on this machine.", subcommands: [BenchCache.self])
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
