import Foundation
import Testing

/// How many times a stage is killed: ten in all in its turn, more where LIMBECK_LONG asks for them.
private let kills = ProcessInfo.processInfo.environment["LIMBECK_LONG"] == nil ? 10 : 100

@Suite(.serialized) struct DeterminismTests {
    @Test(arguments: ["1", "2", "3"])
    func threadsDoNotChangeAByte(_ threads: String) throws {
        let reference = try Workshop.finished.get().contents("runs/.stages")
        let workshop = try Workshop()
        #expect(try workshop.run("run", "tiny.yaml", "--threads", threads, "--progress", "none").code == 0)
        try expectSame(workshop, reference)
    }

    /// Killed at random points of each stage, and started again with whatever number of threads: the bytes of a run that was
    /// never killed.
    @Test(arguments: ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"])
    func killedRunsEndWithTheSameBytes(_ stage: String) throws {
        let reference = try Workshop.finished.get().contents("runs/.stages")
        let stages = ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"]
        let before = stages.prefix { $0 != stage }.last
        var random = SystemRandomNumberGenerator()
        let begun = try Workshop()
        if let before { #expect(try begun.run("run", "tiny.yaml", "--until", before, "--progress", "none").code == 0) }
        // As long as the stage takes, which a copy shows.
        let start = ContinuousClock.now
        #expect(try Workshop(copying: begun).run("run", "tiny.yaml", "--until", stage, "--progress", "none").code == 0)
        let whole = (ContinuousClock.now - start) / .microseconds(1)
        // Some must come while the stage is at work, or nothing is shown: until one has, there are more.
        let mustHit = stage == "finetune" || stage == "distill"
        var (inside, round) = (0, 0)
        while round < kills || (mustHit && inside == 0 && round < 10 * kills) {
            defer { round += 1 }
            let workshop = try Workshop(copying: begun)
            // Every third is killed again when it goes on.
            for _ in 0..<(round % 3 == 0 ? 2 : 1) {
                let process = try Command.start(
                    ["run", "tiny.yaml", "--until", stage, "--progress", "none", "--threads", "\(1 + round % 3)"], in: workshop.folder,
                    out: workshop.folder + "/out", err: workshop.folder + "/err")
                usleep(UInt32.random(in: 0...UInt32(whole), using: &random))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                if try workshop.isUnfinished(stage) { inside += 1 }
            }
            let outcome = try workshop.run("run", "tiny.yaml", "--progress", "none")
            #expect(outcome.code == 0, "\(outcome.err)")
            try expectSame(workshop, reference)
        }
        if mustHit { #expect(inside > 0) }
    }

    private func expectSame(_ workshop: Workshop, _ reference: [String: Data]) throws {
        let found = try workshop.contents("runs/.stages")
        #expect(Set(found.keys) == Set(reference.keys), "\(Set(found.keys).symmetricDifference(reference.keys))")
        for (name, bytes) in reference { #expect(found[name] == bytes, "\(name)") }
    }

    @Test func anInterruptSavesTheState() throws {
        let workshop = try Workshop()
        let (out, err) = (workshop.folder + "/out", workshop.folder + "/err")
        let arguments = ["run", "tiny.yaml", "--set", "teacher.finetune.epochs=4000", "--set", "teacher.finetune.checkpointSteps=1000000"]
        let process = try Command.start(arguments, in: workshop.folder, out: out, err: err)
        while !(try String(decoding: workshop.data("err"), as: UTF8.self).contains("finetune")), process.isRunning { usleep(20_000) }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        let text = String(decoding: try workshop.data("err"), as: UTF8.self)
        #expect(text.contains("interrupted") && text.contains("state is saved"))
        let checkpoints = try workshop.contents("runs/.stages").keys.filter { $0.hasSuffix("checkpoint.safetensors") }
        #expect(checkpoints.count == 1)
    }

    /// Ctrl-C in the middle of a training, and the same command again: the bytes of a run that was left alone.
    @Test func anInterruptedRunEndsWithTheSameBytes() throws {
        let reference = try Workshop.finished.get().contents("runs/.stages")
        let workshop = try Workshop()
        var interrupted = 0
        for _ in 0..<8 {
            let process = try Command.start(
                ["run", "tiny.yaml"], in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
            while !(try String(decoding: workshop.data("err"), as: UTF8.self).contains("distill: 1/")), process.isRunning { usleep(500) }
            process.interrupt()
            process.waitUntilExit()
            if process.terminationStatus == 130 { interrupted += 1 }
        }
        #expect(interrupted > 0)
        #expect(try workshop.run("run", "tiny.yaml", "--threads", "1", "--progress", "none").code == 0)
        try expectSame(workshop, reference)
    }

    /// A run that goes on with other kernels would end with bytes that no machine computes.
    @Test(.enabled(if: Command.kernels.count > 1, "this processor has one table of kernels"))
    func otherKernelsDoNotGoOn() throws {
        let workshop = try Workshop()
        let arguments = ["run", "tiny.yaml", "--set", "teacher.finetune.epochs=4000", "--set", "teacher.finetune.checkpointSteps=1000000"]
        let process = try Command.start(
            arguments, in: workshop.folder, environment: ["LIMBECK_KERNELS": Command.kernels[0]], out: workshop.folder + "/out",
            err: workshop.folder + "/err")
        while !(try String(decoding: workshop.data("err"), as: UTF8.self).contains("finetune")), process.isRunning { usleep(20_000) }
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        let other = try Command.run(arguments, in: workshop.folder, environment: ["LIMBECK_KERNELS": Command.kernels[1]])
        #expect(other.code == 1 && other.err.contains("kernels \(Command.kernels[0])") && other.err.contains("LIMBECK_KERNELS"), "\(other.err)")
    }

    /// A checkpoint with a flipped bit is not gone on from.
    @Test func aDamagedCheckpointIsRefused() throws {
        let workshop = try Workshop()
        let arguments = ["run", "tiny.yaml", "--set", "teacher.finetune.epochs=4000"]
        let process = try Command.start(arguments, in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
        while !(try String(decoding: workshop.data("err"), as: UTF8.self).contains("finetune")), process.isRunning { usleep(20_000) }
        process.interrupt()
        process.waitUntilExit()
        let name = try #require(try workshop.contents("runs/.stages").keys.first { $0.hasSuffix("checkpoint.safetensors") })
        var bytes = try workshop.data("runs/.stages/" + name)
        bytes[bytes.count * 3 / 4] ^= 4
        try workshop.write(bytes, "runs/.stages/" + name)
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == 1 && outcome.err.contains("checkpoint.safetensors") && outcome.err.contains("hash"), "\(outcome.err)")
    }

    /// Seeds at once over one store: the stages that they share are computed once, or waited for, and all come to their end.
    @Test func runsAtOnceShareAStore() throws {
        let workshop = try Workshop()
        let processes = try (0..<4).map { seed in
            try Command.start(
                ["run", "tiny.yaml", "--set", "seed=\(seed)", "--set", "name=seed-\(seed)", "--progress", "none"], in: workshop.folder,
                out: workshop.folder + "/out\(seed)", err: workshop.folder + "/err\(seed)")
        }
        for (seed, process) in processes.enumerated() {
            process.waitUntilExit()
            let text = String(decoding: try workshop.data("err\(seed)"), as: UTF8.self)
            #expect(process.terminationStatus == 0, "\(text)")
        }
        let stages = try FileManager.default.contentsOfDirectory(atPath: workshop.folder + "/runs/.stages")
        #expect(stages.count { $0.hasPrefix("finetune") } == 1 && stages.count { $0.hasPrefix("distill") } == 4)
    }

    @Test func oneRunAtATime() throws {
        let workshop = try Workshop()
        let arguments = ["run", "tiny.yaml", "--set", "teacher.finetune.epochs=4000"]
        let process = try Command.start(arguments, in: workshop.folder, out: workshop.folder + "/out", err: workshop.folder + "/err")
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        while !(try String(decoding: workshop.data("err"), as: UTF8.self).contains("finetune")), process.isRunning { usleep(20_000) }
        let second = try Command.run(arguments, in: workshop.folder)
        #expect(second.code == 1 && second.err.contains("another process"), "\(second.err)")
    }
}
