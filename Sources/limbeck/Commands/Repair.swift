import ArgumentParser
import Commands
import Pipelines

struct Repair: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drop the unfinished end of a folder of shards.",
        discussion: """
            Reads every byte that the journal vouches for, keeps all shards before the first that is not what its line says, and \
            removes the rest. Nothing is guessed: what was dropped is computed again by the command that filled the folder.

            Example: limbeck repair cache
            """)

    @Argument(help: ArgumentHelp("A folder that a features or tokens stage was filling.", valueName: "folder"))
    var folder: String

    func run() throws { try RepairCommand.run(folder) }
}
