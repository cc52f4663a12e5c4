import Foundation

/// The reference scripts, run where LIMBECK_PYTHON names an interpreter that has their packages (torch, transformers, tokenizers).
public enum Python {
    public static let interpreter = ProcessInfo.processInfo.environment["LIMBECK_PYTHON"]
    /// A real model, as a Hugging Face folder.
    public static let teacher = ProcessInfo.processInfo.environment["LIMBECK_TEACHER"]

    public static let absent = "LIMBECK_PYTHON names no interpreter that has torch, transformers and tokenizers"
    public static let teacherAbsent = "LIMBECK_PYTHON and LIMBECK_TEACHER, the folder of a real BERT, are not both set"

    /// Runs a script of scripts/reference.
    ///
    /// - Returns: its exit code, and all that it printed.
    public static func run(_ script: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: interpreter ?? "python3")
        process.arguments = [package + "/scripts/reference/" + script] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
