import ArgumentParser
import Pipelines

/// Which corpus: a task of GLUE, or one that a descriptor describes.
struct CorpusOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A task of GLUE: CoLA, SST-2, MRPC, STS-B, QQP, MNLI, QNLI, RTE, WNLI or AX.", valueName: "name"))
    var task: String?

    @Option(help: ArgumentHelp("The descriptor of a corpus of your own (see corpora/README.md).", valueName: "file.yaml"))
    var descriptor: String?

    @Option(help: ArgumentHelp("The folder that holds the corpus' files (default with --descriptor: the folder beside it of its name).", valueName: "folder"))
    var path: String?

    func validate() throws {
        if task != nil && descriptor != nil { throw ValidationError("Give --task or --descriptor, not both.") }
        if task != nil && path == nil { throw ValidationError("--task needs --path, the folder that holds the task's files.") }
    }

    var isGiven: Bool { task != nil || descriptor != nil }

    /// As keys and values of a pipeline.
    var values: [(key: String, value: String)] {
        var values: [(key: String, value: String)] = []
        if let task { values.append(("corpus.descriptor", "glue/" + task)) }
        if let descriptor { values.append(("corpus.descriptor", descriptor)) }
        if let path { values.append(("corpus.path", path)) }
        return values
    }

    /// Of commands that cannot do without one.
    func require() throws {
        if !isGiven { throw ValidationError("Give --task with --path, or --descriptor.") }
    }

    func settings() throws -> CorpusSettings {
        try require()
        return try CorpusSettings(descriptor: descriptor ?? "glue/" + (task ?? ""), path: path)
    }
}
