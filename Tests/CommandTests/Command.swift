import Foundation

/// What a run of the built command left.
struct Outcome {
    var code: Int32
    var out: String
    var err: String
}

/// The built command, run as a process.
enum Command {
    /// Beside the tests' own executable.
    static let path = Bundle.main.executableURL!.deletingLastPathComponent().appending(path: "limbeck").path

    /// Runs a command as another user, where we are the one who may do anything.
    static let setpriv = "/usr/bin/setpriv"

    /// What LIMBECK_KERNELS may say on this machine.
    static let kernels = ["scalar", "avx2", "avx512", "neon"].filter { name in
        // Kernels that are not there are wrong usage; a vocabulary that is not is a failure.
        let probe = try? run(["tokenize", "--vocabulary", "/nowhere", "--lines", "-"], in: "/", environment: ["LIMBECK_KERNELS": name])
        return probe?.code == 1
    }

    static func start(
        _ arguments: [String], in folder: String, input: Data? = nil, environment: [String: String] = [:], out: String, err: String,
        asNobody: Bool = false
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: asNobody ? setpriv : path)
        process.arguments = (asNobody ? ["--reuid=65534", "--regid=65534", "--clear-groups", path] : []) + arguments
        process.currentDirectoryURL = URL(filePath: folder)
        var variables = ProcessInfo.processInfo.environment
        for name in ["TEACHER", "GLUE"] { variables[name] = nil }
        process.environment = variables.merging(environment) { $1 }
        for file in [out, err] { try Data().write(to: URL(filePath: file)) }
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        if let input {
            let file = out + ".in"
            try input.write(to: URL(filePath: file))
            process.standardInput = FileHandle(forReadingAtPath: file)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try process.run()
        return process
    }

    /// Runs to the end.
    static func run(
        _ arguments: [String], in folder: String, input: Data? = nil, environment: [String: String] = [:], asNobody: Bool = false
    ) throws -> Outcome {
        let base = FileManager.default.temporaryDirectory.appending(path: "limbeck-out-\(UUID())").path
        let (out, err) = (base + ".out", base + ".err")
        defer { for file in [out, err, out + ".in"] { try? FileManager.default.removeItem(atPath: file) } }
        let process = try start(arguments, in: folder, input: input, environment: environment, out: out, err: err, asNobody: asNobody)
        process.waitUntilExit()
        func text(_ file: String) -> String { String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self) }
        return Outcome(code: process.terminationStatus, out: text(out), err: text(err))
    }

    /// Peak of anonymous memory of a process until it ends, in bytes; mapped files aside.
    static func peakMemory(_ process: Process) -> Double {
        var most = 0.0
        while process.isRunning {
            if let status = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8),
                let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
                let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Double($0) })
            {
                most = max(most, kibibytes * 1024)
            }
            usleep(2000)
        }
        return most
    }
}
