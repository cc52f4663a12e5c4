import ArgumentParser
import Files
import Inspection

struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what a folder holds: tokens, features, or a model.",
        discussion: "Example: limbeck inspect runs/mrpc/features")

    @Argument(help: ArgumentHelp("A folder of tokens or features, or a model's folder.", valueName: "folder"))
    var folder: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = try Report(folder: folder)
        try StandardOutput.write(json ? report.json : report.text)
    }
}
