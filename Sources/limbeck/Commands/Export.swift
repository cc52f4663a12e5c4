import ArgumentParser
import Pipelines

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a cache or a model in a form that others read.",
        discussion: """
            --safetensors writes a cache flat: layer.N [tokens, hidden], offsets [sequences + 1], logits where there are any.
            --huggingface copies a model that a stage made, without what belongs to the stage.

            Example: limbeck export cache --safetensors states.safetensors
            """)

    @Argument(help: ArgumentHelp("A cache of features, or a model's folder.", valueName: "folder"))
    var source: String

    @Option(help: ArgumentHelp("Write a cache to this file.", valueName: "file"))
    var safetensors: String?

    @Option(help: ArgumentHelp("Write a model to this folder.", valueName: "folder"))
    var huggingface: String?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if (safetensors == nil) == (huggingface == nil) { throw ValidationError("Give --safetensors or --huggingface.") }
    }

    func run() throws {
        if let safetensors { try ExportCommand.safetensors(source, to: safetensors, work: work.work()) }
        if let huggingface { try ExportCommand.model(source, to: huggingface) }
    }
}
