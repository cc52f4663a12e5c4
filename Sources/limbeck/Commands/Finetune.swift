import ArgumentParser
import Pipelines

struct Finetune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a model's classifier, and the model, on labels.",
        discussion: """
            Writes a Hugging Face folder. Killed at any point and started again, it ends with the same bytes.

            Example: limbeck finetune --model bert-base-uncased --task MRPC --path glue/MRPC --output teacher
            """)

    @Option(help: ArgumentHelp("The Hugging Face folder of a BERT.", valueName: "folder"))
    var model: String

    @OptionGroup var corpus: CorpusOptions

    @Option(help: ArgumentHelp("Where the tuned model goes.", valueName: "folder"))
    var output: String

    @Option(help: "How often the training split is seen.")
    var epochs: Int = 4

    @Option(help: "Examples a step.")
    var batchSize: Int = 32

    @Option(help: "The highest learning rate.")
    var learningRate: Double = 3e-5

    @Option(help: "Sequences are cut to so many tokens.")
    var maxLength: Int = 128

    @Option(help: "Decides order, dropout and what is drawn.")
    var seed: UInt64 = 0

    @Option(help: "The state is saved every so many steps.")
    var checkpointSteps: Int = 200

    @OptionGroup var work: WorkOptions

    func validate() throws { try corpus.require() }

    func run() throws {
        let values =
            corpus.values + [
                ("teacher.model", model), ("tokens.maxLength", "\(maxLength)"), ("teacher.finetune.epochs", "\(epochs)"),
                ("teacher.finetune.batchSize", "\(batchSize)"), ("teacher.finetune.learningRate", "\(learningRate)"),
                ("teacher.finetune.seed", "\(seed)"), ("teacher.finetune.checkpointSteps", "\(checkpointSteps)"),
            ]
        let rejected = try StageCommand.run("finetune", values, overrides: [], output: output, work: work.work())
        if rejected > 0 { throw ExitCode(2) }
    }
}
