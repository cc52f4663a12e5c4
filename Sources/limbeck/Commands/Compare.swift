import ArgumentParser
import Comparisons
import Pipelines

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a table of objectives, tasks and seeds.",
        discussion: """
            Trains every student that the table names, from shared stages, and keeps each finished row: the same command goes on \
            where it was cut off. Beside the rows stands the table as Markdown, TSV and JSON: all seeds, means and deviations, what is \
            kept of the teacher, and a verdict on each contrast that was named before.

            Example: limbeck compare pipelines/tables/controlled.yaml --output results/controlled
            """)

    @Argument(help: ArgumentHelp("The table.", valueName: "table.yaml"))
    var table: String

    @Option(help: ArgumentHelp("Where finished rows and the table go (default: the table's name among the runs).", valueName: "folder"))
    var output: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("Set a value of all its pipelines; may be given several times.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("The tasks to run, separated by commas (default: all of the table).", valueName: "names"))
    var tasks: String?

    @Option(help: ArgumentHelp("The systems to run, separated by commas (default: all of the table).", valueName: "names"))
    var systems: String?

    @Option(help: ArgumentHelp("Where runs are kept.", valueName: "folder"))
    var runs: String = "runs"

    @Option(help: ArgumentHelp("Where finished stages are kept (default: .stages in the folder of the runs).", valueName: "folder"))
    var store: String?

    @Flag(help: "Print the students, and which of them are done, and stop.")
    var dryRun = false

    @Flag(help: "Write the table of the rows that there are, and train nothing.")
    var report = false

    @OptionGroup var work: WorkOptions

    func validate() throws {
        if dryRun, report { throw ValidationError("Give one of --dry-run and --report.") }
    }

    func run() throws {
        let settings = try ComparisonSettings(contentsOf: table, overrides: overrides, environment: report ? nil : Environment.variables)
        let comparison = try Comparison(
            settings, tasks: names(tasks), systems: names(systems), output: output ?? runs + "/" + settings.name,
            stages: store ?? runs + "/.stages", work: work.work())
        if dryRun { return try comparison.describe() }
        if report { return try comparison.report() }
        if try comparison.run() > 0 { throw ExitCode(2) }
    }

    private func names(_ text: String?) -> [String]? { text?.split(separator: ",").map { $0.split(separator: " ").joined(separator: " ") } }
}
