public import ArgumentParser
public import Pipelines

/// How work is done and shown; nothing of it changes a result.
struct WorkOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to work with (default: all of the machine). Results do not depend on it.", valueName: "n"))
    var threads: Int?

    @Option(help: ArgumentHelp("How progress is shown on the standard error: \(ProgressStyle.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "style"))
    var progress: ProgressStyle = .automatic

    func validate() throws {
        if let threads, threads < 1 || threads > 1024 { throw ValidationError("--threads is a number from 1 to 1024.") }
    }

    /// Where progress goes, and whether the user asked to stop.
    func work() throws -> Work { try Work(progress: progress, threads: threads) }
}

extension ProgressStyle: ExpressibleByArgument {}
