import ArgumentParser
import Commands
import Pipelines

struct Features: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a model once and cache its hidden states.",
        discussion: """
            The cache keeps the order of the input. Killed and started again, it goes on after the last finished shard.

            With --shards 2/4 the second of four parts is filled, by a process of its own on any machine that sees the output; the \
            same command without --shards then puts the parts together, and fills what they lack.

            Example: limbeck features --model teacher --lines corpus.txt --layers 3,6 --output cache
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a BERT.", valueName: "folder"))
    var model: String

    @Option(help: ArgumentHelp("Plain lines, a sequence each; - is the standard input.", valueName: "file"))
    var lines: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split of a corpus.", valueName: "name"))
    var split: String = "train"

    @Option(help: ArgumentHelp("Layers to keep, counted from 1: a list as 1,2,3 (default: all).", valueName: "list"))
    var layers: String?

    @Option(help: ArgumentHelp("What to keep: hidden, cls, mean, attention, qkv, pooled, logits, words, embedding, sums; with commas.", valueName: "list"))
    var tensors: String = "hidden"

    @Option(help: "float32, float16, bfloat16, int8-rotated or int4-rotated.")
    var precision: String = "int8-rotated"

    @Flag(name: .customLong("logits"), help: "Keep the classifier's logits too.")
    var cachesLogits = false

    @Flag(name: .customLong("estimate"), help: "Print what the cache would cost in disk, time and memory, and write nothing.")
    var estimates = false

    @Option(help: ArgumentHelp("Sequences are cut to so many tokens (default: the model's positions).", valueName: "n"))
    var maxLength: Int?

    @Option(help: ArgumentHelp("Where the cache goes.", valueName: "folder"))
    var output: String?

    @Option(help: ArgumentHelp("A shard closes with the sequence that makes it so large before compression: 1 to 1024 MiB.", valueName: "n"))
    var shardMebibytes: Int = 64

    @Option(help: ArgumentHelp("Fill one part of the shards, as 2/4.", valueName: "i/n"))
    var shards: String?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if output == nil, !estimates { throw ValidationError("Give --output, or --estimate.") }
        if (lines != nil) == corpus.isGiven { throw ValidationError("Give --lines, or a corpus by --task or --descriptor.") }
        _ = try layerNumbers()
    }

    private func layerNumbers() throws -> [Int]? {
        try layers.map { list in
            try list.split(separator: ",", omittingEmptySubsequences: false).map { part in
                guard let number = Int(part), number > 0 else {
                    throw ValidationError("--layers is a list of numbers from 1 on, as 1,2,3; '\(part)' is none.")
                }
                return number
            }
        }
    }

    func run() throws {
        let command = try FeatureCommand(
            model: model, layers: layerNumbers(), tensors: cachesLogits ? tensors + ",logits" : tensors, precision: precision,
            maximumLength: maxLength, output: output, shardMebibytes: shardMebibytes, part: shards, estimates: estimates, work: work.work())
        let rejected = try lines.map { try command.run(lines: $0) } ?? command.run(corpus: corpus.settings(), split: split)
        if rejected > 0 { throw ExitCode(2) }
    }
}
