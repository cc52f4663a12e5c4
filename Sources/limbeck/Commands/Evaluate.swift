import ArgumentParser
import Commands
import Pipelines

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure a classifier on a labelled split.",
        discussion: """
            Prints the metrics as JSON. Classes are matched by name.

            Example: limbeck evaluate --model student --task MRPC --path glue/MRPC --split dev
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a BERT with a classifier.", valueName: "folder"))
    var model: String

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split.", valueName: "name"))
    var split: String = "dev"

    @Option(help: "The model's classes in their order, separated by commas, where its config.json does not name them.")
    var labels: String?

    @Option(help: "Sequences are cut to so many tokens.")
    var maxLength: Int = 128

    @OptionGroup var work: WorkOptions

    func validate() throws { try corpus.require() }

    func run() throws {
        let classifier = try Classifier(folder: model, labels: labels, maximumLength: maxLength, work: work.work())
        let rejected = try classifier.printMetrics(of: corpus.settings(), split: split)
        if rejected > 0 { throw ExitCode(2) }
    }
}
