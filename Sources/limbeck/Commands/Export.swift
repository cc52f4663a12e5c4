import ArgumentParser
import Commands
import Pipelines

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a cache, documents or a model in a form that others read.",
        discussion: """
            --safetensors writes a cache flat: layer.N [tokens, hidden], offsets [sequences + 1], ids [tokens], and cls.N, mean.N, pooled, \
            logits, query.N, key.N, value.N, words, entropy and attention.N where they are cached. --jsonl writes an object a sequence, or a document as corpus wikipedia prints it, \
            in constant memory. \
            --huggingface copies a model that a stage made, without what belongs to the stage, into a new folder.

            Example: limbeck export cache --safetensors states.safetensors
            """)

    @Argument(help: ArgumentHelp("A cache of features, a folder of documents, or a model's folder.", valueName: "folder"))
    var source: String

    @Option(help: ArgumentHelp("Write a cache to this file.", valueName: "file"))
    var safetensors: String?

    @Option(help: ArgumentHelp("Write a cache or documents to this file, a line each; - is the standard output.", valueName: "file"))
    var jsonl: String?

    @Option(help: ArgumentHelp("Write a model to this folder.", valueName: "folder"))
    var huggingface: String?

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if [safetensors, jsonl, huggingface].count(where: { $0 != nil }) != 1 {
            throw ValidationError("Give one of --safetensors, --jsonl and --huggingface.")
        }
    }

    func run() throws {
        if let safetensors { try ExportCommand.safetensors(source, to: safetensors, work: work.work()) }
        if let jsonl { try ExportCommand.lines(source, to: jsonl, work: work.work()) }
        if let huggingface { try ExportCommand.model(source, to: huggingface, work: work.work()) }
    }
}
