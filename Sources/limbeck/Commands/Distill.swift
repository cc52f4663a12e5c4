import ArgumentParser
import Pipelines

struct Distill: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a small student from a teacher that has been fine-tuned.",
        discussion: """
            Runs the teacher once into a cache (kept in the output's .stages), and distils the student from it. A cache that was \
            filled elsewhere stands for teacher and corpus. What has no option here is set as in a pipeline: --set \
            distill.cosine=token

            Example: limbeck distill --teacher teacher --task MRPC --path glue/MRPC --output student
            Example: limbeck distill --cache cache --vocabulary teacher --output student
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a teacher with a classifier.", valueName: "folder"))
    var teacher: String?

    @Option(help: ArgumentHelp("A cache of a teacher's features, in place of --teacher and a corpus.", valueName: "folder"))
    var cache: String?

    @Option(help: ArgumentHelp("A vocab.txt, or a folder that has one (default: the teacher's).", valueName: "path"))
    var vocabulary: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("Where the student goes.", valueName: "folder"))
    var output: String

    @Option(help: "Layers, width, inner width and heads of the student.")
    var student: String = "4,312,1200,12"

    @Option(help: "How often the training split is seen.")
    var epochs: Int = 90

    @Option(help: "The highest learning rate.")
    var learningRate: Double = 1e-4

    @Option(help: "Sequences are cut to so many tokens.")
    var maxLength: Int = 128

    @Option(help: "Decides weights, order, dropout and negatives.")
    var seed: UInt64 = 42

    @Option(name: .customLong("set"), help: ArgumentHelp("Set any value of a pipeline; may be given several times.", valueName: "key=value"))
    var overrides: [String] = []

    @OptionGroup var work: WorkOptions

    private var shape: [String] { student.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }

    func validate() throws {
        if cache == nil {
            guard teacher != nil else { throw ValidationError("Give --teacher and a corpus, or --cache.") }
            try corpus.require()
        } else {
            guard !corpus.isGiven else { throw ValidationError("--cache stands for a corpus; leave the one or the other out.") }
            guard vocabulary != nil || teacher != nil else { throw ValidationError("Give the cache's --vocabulary, a vocab.txt or a folder that has one.") }
        }
        guard shape.count == 4 else { throw ValidationError("--student is four numbers: layers,hidden,intermediate,heads.") }
    }

    func run() throws {
        let values =
            (corpus.isGiven ? corpus.values : []) + [
                ("tokens.maxLength", "\(maxLength)"), ("student.layers", shape[0]),
                ("student.hidden", shape[1]), ("student.intermediate", shape[2]), ("student.heads", shape[3]),
                ("distill.epochs", "\(epochs)"), ("distill.learningRate", "\(learningRate)"), ("seed", "\(seed)"),
            ] + [("teacher.model", teacher), ("features.cache", cache), ("tokens.vocabulary", vocabulary)].compactMap { key, value in
                value.map { (key, $0) }
            }
        let rejected = try StageCommand.run("distill", values, overrides: overrides, output: output, work: work.work())
        if rejected > 0 { throw ExitCode(2) }
    }
}
