import ArgumentParser
import Pipelines

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a pipeline from its YAML file.",
        discussion: """
            Stages that are finished are not run again; one that was cut off goes on where it stopped. Finished stages live in \
            a store that several runs share, and the run's folder links to those it used.

            Example: limbeck run pipelines/mrpc.yaml --set distill.epochs=10 --set seed=7
            """)

    @Argument(help: ArgumentHelp("The pipeline.", valueName: "pipeline.yaml"))
    var pipeline: String

    @Option(name: .customLong("set"), help: ArgumentHelp("Set a value of the pipeline; may be given several times.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("Stop after this stage.", valueName: "stage"))
    var until: String?

    @Option(help: ArgumentHelp("Where runs are kept.", valueName: "folder"))
    var runs: String = "runs"

    @Option(help: ArgumentHelp("Where finished stages are kept (default: .stages in the folder of the runs).", valueName: "folder"))
    var store: String?

    @Option(help: ArgumentHelp("What the shuffling of texts may hold at once, such as 512MiB or 4GiB; 1MiB at least.", valueName: "size"))
    var memory: ByteCount = ByteCount(bytes: Pipeline.defaultMemory)

    @Flag(help: "Print the stages, and which of them are done, and stop.")
    var dryRun = false

    @OptionGroup var work: WorkOptions

    func run() throws {
        let settings = try PipelineSettings(contentsOf: pipeline, overrides: overrides, environment: Environment.variables)
        let run = try PipelineRun(settings, runs: runs, store: store, memory: memory.bytes, work: work.work())
        if dryRun { return try run.describe(until: until) }
        if try run.run(until: until) > 0 { throw ExitCode(2) }
    }
}
