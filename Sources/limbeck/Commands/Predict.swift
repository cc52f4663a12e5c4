import ArgumentParser
import Pipelines

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify a split of a corpus, or plain lines.",
        discussion: """
            Of a corpus: a header line, then index and prediction, separated by a tab, as GLUE asks for them. Of lines: a \
            header line, then the label and the probability of each class.

            Example: limbeck predict --model student --lines - < messages.txt
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a BERT with a classifier.", valueName: "folder"))
    var model: String

    @Option(help: ArgumentHelp("Plain lines, an example each, the two texts of a pair separated by a tab; - is the standard input.", valueName: "file"))
    var lines: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split of a corpus.", valueName: "name"))
    var split: String = "test"

    @Option(help: "The model's classes in their order, separated by commas, where its config.json does not name them.")
    var labels: String?

    @Option(help: "Sequences are cut to so many tokens.")
    var maxLength: Int = 128

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if (lines != nil) == corpus.isGiven { throw ValidationError("Give --lines, or a corpus by --task or --descriptor.") }
    }

    func run() throws {
        let classifier = try Classifier(folder: model, labels: labels, maximumLength: maxLength, work: work.work())
        let rejected =
            try lines.map { try classifier.printPredictions(lines: $0) }
            ?? classifier.printPredictions(of: corpus.settings(), split: split)
        if rejected > 0 { throw ExitCode(2) }
    }
}
