import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How often `limbeck features` is killed; LIMBECK_KILLS turns it up.
private let kills = ProcessInfo.processInfo.environment["LIMBECK_KILLS"].flatMap { Int($0) } ?? 50

@Suite("Promise 2: crash-safe", .serialized) struct CrashSafetyTests {
    /// A cache of several shards, which takes long enough to be killed in.
    private struct Bench {
        let workshop: Workshop
        let whole: [String: Data]
        let seconds: Double

        init() throws {
            workshop = try Workshop.copy()
            var lines = ""
            for line in 0..<12_000 { lines += (0..<8).map { Workshop.words[(line * 7 + $0 * 13) % Workshop.words.count] }.joined(separator: " ") + "\n" }
            try workshop.write(lines, "lines.txt")
            let start = ContinuousClock.now
            let outcome = try Command.run(Self.arguments("whole"), in: workshop.folder)
            seconds = (ContinuousClock.now - start) / .seconds(1)
            guard outcome.code == 0 else { throw Workshop.Failure(text: outcome.err) }
            whole = try workshop.contents("whole")
        }

        static func arguments(_ output: String) -> [String] {
            [
                "features", "--model", "runs/tiny/finetune", "--lines", "lines.txt", "--precision", "int8-rotated", "--tensors",
                "hidden,cls,embedding,sums", "--shard-mebibytes", "1", "--output", output, "--progress", "none",
            ]
        }

        func start(_ output: String) throws -> Process {
            try Command.start(Self.arguments(output), in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
        }
    }

    /// Killed again and again at random points, the folder ends with the bytes of a run that was left alone.
    @Test func killedAnywhereItEndsTheSame() throws {
        let bench = try Bench()
        try #require(bench.whole.keys.count { $0.hasSuffix(".lz4") } > 2, "several shards")
        var random = SystemRandomNumberGenerator()
        var (atWork, between, finished) = (0, 0, 0)
        // The whole run may have been timed beside other tests: what ends before it is killed shortens the wait.
        var longest = bench.seconds * 1e6
        for round in 1...kills {
            let process = try bench.start("cache")
            usleep(UInt32.random(in: 0...UInt32(longest), using: &random))
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let names = Set(try bench.workshop.contents("cache").keys)
            if names.contains("shard-00000.lz4") { between += 1 }
            if names.contains("manifest.json") {
                finished += 1
                longest *= 0.8
            } else if !names.isEmpty {
                atWork += 1
                longest *= 1.05
            }
            // Every third time it goes on to the end, and a new one is begun.
            guard round % 3 == 0 || round == kills else { continue }
            let outcome = try Command.run(Bench.arguments("cache"), in: bench.workshop.folder)
            #expect(outcome.code == 0, "\(outcome.err)")
            #expect(try bench.workshop.contents("cache") == bench.whole, "round \(round)")
            try bench.workshop.remove("cache")
        }
        #expect(atWork > kills / 10 && between > 0, "\(kills) kills: \(atWork) at work, \(between) after a shard, \(finished) after the end")
    }

    /// What is full says so, and when there is room the same command goes on to the same bytes.
    @Test(.enabled(if: Disk.canBeMade, "needs the right to mount a file system in memory"))
    func aFullDiskLosesNothing() throws {
        let bench = try Bench()
        let size = bench.whole.values.reduce(0) { $0 + $1.count }
        let disk = try Disk(bytes: size * 6 / 10)
        let output = disk.path + "/cache"
        let outcome = try Command.run(Bench.arguments(output), in: bench.workshop.folder)
        #expect(outcome.code == 1 && outcome.err.localizedLowercase.contains("space") && outcome.err.contains(output), "\(outcome.err)")
        let again = try Command.run(Bench.arguments(output), in: bench.workshop.folder)
        #expect(again.code == 1 && again.err.localizedLowercase.contains("space"), "\(again.err)")
        try disk.grow(to: 3 * size)
        let last = try Command.run(Bench.arguments(output), in: bench.workshop.folder)
        #expect(last.code == 0, "\(last.err)")
        try FileManager.default.copyItem(atPath: output, toPath: bench.workshop.folder + "/copy")
        #expect(try bench.workshop.contents("copy") == bench.whole)
    }

    /// A file that may not grow further, which any user can have.
    @Test func aLimitOnFilesIsAnError() throws {
        let bench = try Bench()
        let command = ([Command.path] + Bench.arguments("cache")).joined(separator: " ")
        // Blocks of 512 bytes; the signal that comes with the limit is ignored, as an error is wanted.
        let status = try bench.workshop.shell("trap '' XFSZ; ulimit -f 100; exec \(command) 2> err.txt")
        let text = String(decoding: try bench.workshop.data("err.txt"), as: UTF8.self)
        #expect(status == 1 && text.contains("cache/"), "\(text)")
        #expect(try Command.run(Bench.arguments("cache"), in: bench.workshop.folder).code == 0)
        #expect(try bench.workshop.contents("cache") == bench.whole)
    }

    /// The second of two runs on one folder is told so, and the first is not disturbed.
    @Test func twoRunsOnOneFolder() throws {
        let bench = try Bench()
        var refused = 0
        for _ in 0..<20 where refused == 0 {
            let first = try bench.start("cache")
            while !bench.workshop.exists("cache/journal.jsonl"), first.isRunning { usleep(200) }
            let second = try Command.run(Bench.arguments("cache"), in: bench.workshop.folder)
            if second.code == 1 {
                refused += 1
                #expect(second.err.contains("another process") && second.err.contains("cache"), "\(second.err)")
            }
            first.waitUntilExit()
            #expect(first.terminationStatus == 0)
            #expect(try bench.workshop.contents("cache") == bench.whole)
            try bench.workshop.remove("cache")
        }
        #expect(refused == 1)
    }
}

/// A small disk in memory.
private final class Disk {
    let path: String

    static let canBeMade = (try? Disk(bytes: 1 << 20)) != nil

    init(bytes: Int) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "limbeck-disk-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard try Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(bytes)", "none", path) == 0 else {
            try FileManager.default.removeItem(atPath: path)
            throw Workshop.Failure(text: "no right to mount")
        }
    }

    func grow(to bytes: Int) throws {
        guard try Self.run("/bin/mount", "-o", "remount,size=\(bytes)", path) == 0 else { throw Workshop.Failure(text: "remount") }
    }

    deinit {
        _ = try? Self.run("/bin/umount", path)
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func run(_ arguments: String...) throws -> Int32 {
        guard FileManager.default.isExecutableFile(atPath: arguments[0]) else { return 1 }
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
