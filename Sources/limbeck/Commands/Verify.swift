import ArgumentParser
import Commands
import Pipelines

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check every byte of a folder of tokens or features.",
        discussion: """
            Reads every frame and checks every checksum. With --teacher, random sequences are run through the model again and \
            compared with what is cached.

            Example: limbeck verify runs/mrpc/features --teacher runs/mrpc/finetune
            """)

    @Argument(help: ArgumentHelp("A folder of tokens or features.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The model that the features are of.", valueName: "folder"))
    var teacher: String?

    @Option(help: ArgumentHelp("How many sequences are run again.", valueName: "n"))
    var rows: Int = 64

    @OptionGroup var work: WorkOptions

    func run() throws {
        try VerifyCommand.run(folder, teacher: teacher, rows: rows, work: work.work())
    }
}
