import ArgumentParser
import Commands
import Pipelines

struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify a split of a corpus, or plain lines, or write a submission to GLUE.",
        discussion: """
            Of a corpus: a header line, then index and prediction, separated by a tab, as GLUE asks for them. Of lines: a \
            header line, then the label and the probability of each class. A submission is the zip that GLUE's leaderboard takes, \
            with a file for each test set; MNLI's model answers AX.

            Example: limbeck predict --model student --lines - < messages.txt
            Example: limbeck predict --submission glue.zip --glue data/glue --models CoLA=runs/cola/export MNLI=runs/mnli/export --partial
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a BERT with a classifier.", valueName: "folder"))
    var model: String?

    @Option(help: ArgumentHelp("Plain lines, an example each, the two texts of a pair separated by a tab; - is the standard input.", valueName: "file"))
    var lines: String?

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("The split of a corpus.", valueName: "name"))
    var split: String = "test"

    @Option(help: "The model's classes in their order, separated by commas, where its config.json does not name them.")
    var labels: String?

    @Option(help: ArgumentHelp("Write a submission to GLUE's leaderboard.", valueName: "file.zip"))
    var submission: String?

    @Option(help: ArgumentHelp("The folder of GLUE's tasks, for a submission.", valueName: "folder"))
    var glue: String?

    @Option(parsing: .upToNextOption, help: ArgumentHelp("The model of each task, for a submission.", valueName: "task=folder"))
    var models: [String] = []

    @Flag(help: "Let a submission lack tasks; they are named.")
    var partial = false

    @Option(help: "Sequences are cut to so many tokens.")
    var maxLength: Int = 128

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if submission != nil {
            guard glue != nil, !models.isEmpty else { throw ValidationError("--submission asks for --glue and --models.") }
            guard model == nil, lines == nil, !corpus.isGiven, labels == nil else {
                throw ValidationError("--submission takes its models by --models and its texts by --glue; leave --model, --lines, --labels and a corpus out.")
            }
            return
        }
        if glue != nil || !models.isEmpty || partial { throw ValidationError("--glue, --models and --partial belong to --submission.") }
        guard model != nil else { throw ValidationError("Give --model, or --submission.") }
        if (lines != nil) == corpus.isGiven { throw ValidationError("Give --lines, or a corpus by --task or --descriptor.") }
    }

    func run() throws {
        if let submission {
            return try SubmissionCommand.run(
                submission, glue: glue ?? "", models: models, isPartial: partial, maximumLength: maxLength, work: work.work())
        }
        let classifier = try Classifier(folder: model ?? "", labels: labels, maximumLength: maxLength, work: work.work())
        let rejected =
            try lines.map { try classifier.printPredictions(lines: $0) }
            ?? classifier.printPredictions(of: corpus.settings(), split: split)
        if rejected > 0 { throw ExitCode(2) }
    }
}
