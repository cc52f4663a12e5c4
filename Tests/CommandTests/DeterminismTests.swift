import Foundation
import Testing

/// How many kills a stage gets: more where LIMBECK_LONG asks for them.
private let kills = ProcessInfo.processInfo.environment["LIMBECK_LONG"] == nil ? 1 : 10

@Suite(.serialized) struct DeterminismTests {
    @Test(arguments: ["1", "2"])
    func threadsDoNotChangeAByte(_ threads: String) throws {
        let reference = try Workshop.finished.get().contents("runs/.stages")
        let workshop = try Workshop()
        #expect(try workshop.run("run", "tiny.yaml", "--threads", threads, "--progress", "none").code == 0)
        let found = try workshop.contents("runs/.stages")
        #expect(Set(found.keys) == Set(reference.keys))
        for (name, bytes) in reference { #expect(found[name] == bytes, "\(name)") }
    }

    /// Killed at random points of each stage, and started again: the bytes of a run that was never killed.
    @Test(arguments: ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"])
    func killedRunsEndWithTheSameBytes(_ stage: String) throws {
        let reference = try Workshop.finished.get().contents("runs/.stages")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<kills {
            let workshop = try Workshop()
            let stages = ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"]
            let before = stages.prefix { $0 != stage }.last
            if let before { #expect(try workshop.run("run", "tiny.yaml", "--until", before, "--progress", "none").code == 0) }
            // The stage's own time is some tens of milliseconds.
            var attempts = 0
            for _ in 0..<2 {
                attempts += 1
                let (out, err) = (workshop.folder + "/out", workshop.folder + "/err")
                let process = try Command.start(
                    ["run", "tiny.yaml", "--until", stage, "--progress", "none"], in: workshop.folder, out: out, err: err)
                usleep(UInt32.random(in: 5_000...90_000, using: &random))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
            }
            let outcome = try workshop.run("run", "tiny.yaml", "--progress", "none")
            #expect(outcome.code == 0, "\(outcome.err)")
            let found = try workshop.contents("runs/.stages")
            #expect(Set(found.keys) == Set(reference.keys), "\(Set(found.keys).symmetricDifference(reference.keys))")
            for (name, bytes) in reference { #expect(found[name] == bytes, "\(name)") }
        }
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
