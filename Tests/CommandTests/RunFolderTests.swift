import Foundation
import Testing

/// What stands in a run's folder, and what does not touch it.
@Suite struct RunFolderTests {
    private func record(_ workshop: Workshop, _ name: String = "tiny") throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: try workshop.data("runs/\(name)/run.json")) as? [String: Any])
    }

    private func target(_ workshop: Workshop, _ stage: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: workshop.folder + "/runs/tiny/" + stage)
    }

    /// A folder of the user's where a link would go is left alone, and named.
    @Test func nothingButALinkIsReplaced() throws {
        let workshop = try Workshop.copy()
        try workshop.remove("runs/tiny/export")
        try workshop.write("mine", "runs/tiny/export/notes.txt")
        let outcome = try workshop.run("run", "tiny.yaml", "--progress", "none")
        #expect(outcome.code == 1 && outcome.err.contains("runs/tiny/export") && outcome.err.contains("move it away"), "\(outcome.err)")
        #expect(try workshop.data("runs/tiny/export/notes.txt") == Data("mine".utf8))
    }

    /// What stands where a link goes is found before the work, not after it.
    @Test func nothingIsMadeForALinkThatCannotStand() throws {
        let workshop = try Workshop()
        try workshop.write("mine", "runs/tiny/tokens/notes.txt")
        let outcome = try workshop.run("run", "tiny.yaml", "--progress", "none")
        #expect(outcome.code == 1 && outcome.err.contains("runs/tiny/tokens") && outcome.err.contains("move it away"), "\(outcome.err)")
        #expect(try workshop.contents("runs") == ["tiny/tokens/notes.txt": Data("mine".utf8)])
    }

    /// The links are those of the last run, never a mixture of two.
    @Test func linksOfAnotherRunGo() throws {
        let workshop = try Workshop.copy()
        let before = try target(workshop, "distill")
        #expect(try workshop.run("run", "tiny.yaml", "--set", "seed=7", "--until", "distill", "--progress", "none").code == 0)
        #expect(try target(workshop, "distill") != before)
        #expect(!workshop.exists("runs/tiny/evaluate") && !workshop.exists("runs/tiny/export"))
        #expect(try record(workshop)["metrics"] as? [String: [String: Double]] == [:])
        // The first seed is all there still.
        let again = try workshop.run("run", "tiny.yaml", "--until", "tokens", "--progress", "none")
        #expect(again.code == 0 && again.out.contains("distilled student"))
        #expect(try target(workshop, "distill") == before && workshop.exists("runs/tiny/evaluate/metrics.json"))
        #expect(try (record(workshop)["metrics"] as? [String: [String: Double]])?["teacher dev"] != nil)
    }

    /// Another split to evaluate trains nothing anew.
    @Test func anotherSplitToEvaluateKeepsTheModels() throws {
        let workshop = try Workshop.copy()
        let outcome = try workshop.run("run", "tiny.yaml", "--set", "evaluate.splits=[dev, test]", "--progress", "none")
        #expect(outcome.code == 0 && outcome.out.contains("tiny, test"), "\(outcome.err)")
        let stages = try #require(try record(workshop)["stages"] as? [[String: Any]])
        let reused = stages.filter { $0["wasReused"] as? Bool == true }.compactMap { $0["name"] as? String }
        #expect(reused == ["finetune", "features", "baseline", "distill", "export"])
    }

    @Test func skippedRecordsAreCountedAndListed() throws {
        let workshop = try Workshop()
        let text = String(decoding: try workshop.data("data/train.tsv"), as: UTF8.self) + "99\tno label\n"
        try workshop.write(text, "data/train.tsv")
        for arguments in [["run", "tiny.yaml", "--progress", "none"], ["run", "tiny.yaml", "--progress", "json"]] {
            let outcome = try Command.run(arguments, in: workshop.folder)
            #expect(outcome.code == 2)
            #expect(try record(workshop)["rejects"] as? Int == 1)
        }
        let list = String(decoding: try workshop.data("runs/tiny/tokens/rejects.jsonl"), as: UTF8.self)
        #expect(list.contains("\"line\":50") && list.contains("\"split\":\"train\""))
        let fresh = try Workshop()
        try fresh.write(text, "data/train.tsv")
        let outcome = try fresh.run("run", "tiny.yaml", "--until", "tokens", "--progress", "none")
        #expect(outcome.code == 2 && outcome.err.contains("warning") && outcome.err.contains("rejects.jsonl"), "\(outcome.err)")
    }

    /// The limit decides nothing of what a stage makes, so that a stage of before it was set is the one that is asked for.
    @Test func skippedRecordsOfAFinishedStageStillCount() throws {
        let workshop = try Workshop()
        try workshop.write(String(decoding: try workshop.data("data/train.tsv"), as: UTF8.self) + "99\tno label\n98\tno label\n", "data/train.tsv")
        func tokens(_ more: [String]) throws -> Outcome {
            try Command.run(["run", "tiny.yaml", "--until", "tokens", "--progress", "none"] + more, in: workshop.folder)
        }
        let said = "2 records were unusable and skipped"
        let made = try tokens([])
        #expect(made.code == 2 && made.err.contains(said), "\(made.err)")
        let refused = try tokens(["--set", "corpus.rejects=0"])
        #expect(refused.code == 1 && refused.err.contains("2 records are unusable, 0 are allowed") && refused.err.contains("line 50"), "\(refused.err)")
        for more in [[], ["--set", "corpus.rejects=2"]] {
            let reused = try tokens(more)
            #expect(reused.code == 2 && reused.err.contains(said), "\(more): \(reused.err)")
        }
    }

    @Test func aDryRunWritesNothing() throws {
        let workshop = try Workshop()
        let outcome = try workshop.run("run", "tiny.yaml", "--dry-run")
        #expect(outcome.code == 0 && !workshop.exists("runs"))
        #expect(outcome.out.split(separator: "\n").map { $0.prefix { $0 != " " } } == ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"])
        #expect(outcome.out.contains("to do") && !outcome.out.contains("done"))
        #expect(try Workshop.copy().run("run", "tiny.yaml", "--dry-run").out.split(separator: "\n").allSatisfy { $0.hasSuffix("done") })
    }

    @Test func aDryRunEndsWhereTheRunWould() throws {
        let workshop = try Workshop()
        let outcome = try workshop.run("run", "tiny.yaml", "--dry-run", "--until", "features")
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.out.split(separator: "\n").map { $0.prefix { $0 != " " } } == ["tokens", "finetune", "features"])
        for more in [[], ["--dry-run"]] {
            let wrong = try Command.run(["run", "tiny.yaml", "--until", "fetures"] + more, in: workshop.folder)
            #expect(wrong.code == 64 && wrong.out.isEmpty && wrong.err.contains("no stage 'fetures'; did you mean 'features'?"), "\(more): \(wrong.err)")
        }
        #expect(!workshop.exists("runs"))
    }

    /// No stage holds more than the dry run says, whether it knows the lengths of the sequences by then or not.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "reads /proc"))
    func stagesHoldWhatTheDryRunSays() throws {
        struct Record: Decodable {
            struct Stage: Decodable {
                var name: String
                var memoryBytes: Double?
            }
            var stages: [Stage]
        }
        func told(_ workshop: Workshop) throws -> [String: Double] {
            var told: [String: Double] = [:]
            for line in try workshop.run("run", "tiny.yaml", "--dry-run").out.split(separator: "\n") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "most") else { continue }
                let unit = try #require(["kB": 1e3, "MB": 1e6, "GB": 1e9][String(words[place + 2])])
                told[String(words[0])] = try #require(Double(words[place + 1])) * unit
            }
            return told
        }
        let workshop = try Workshop()
        let before = try told(workshop)
        #expect(before.keys.sorted() == ["baseline", "distill", "features", "finetune"])
        #expect(try workshop.run("run", "tiny.yaml", "--until", "tokens", "--progress", "none").code == 0)
        let known = try told(workshop)
        #expect(try workshop.run("run", "tiny.yaml", "--progress", "none").code == 0)
        let record = try JSONDecoder().decode(Record.self, from: Data(contentsOf: URL(fileURLWithPath: workshop.folder + "/runs/tiny/run.json")))
        for stage in record.stages {
            guard let bound = known[stage.name] else { continue }
            let (held, earlier) = (try #require(stage.memoryBytes), try #require(before[stage.name]))
            #expect(held > 1e6 && held <= bound && held <= earlier, "\(stage.name): \(held) of \(bound), and of \(earlier) before")
        }
    }

    @Test func theStoreMayStandElsewhere() throws {
        let workshop = try Workshop()
        #expect(try workshop.run("run", "tiny.yaml", "--store", "elsewhere/store", "--runs", "mine", "--progress", "none").code == 0)
        #expect(workshop.exists("mine/tiny/export/model.safetensors") && !workshop.exists("mine/.stages"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: workshop.folder + "/elsewhere/store").count == 7)
    }

    @Test(arguments: [["run", "tiny.yaml", "--runs", ""], ["run", "tiny.yaml", "--store", ""]])
    func emptyNamesAreWrongUsage(_ arguments: [String]) throws {
        let workshop = try Workshop()
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == 64 && outcome.err.contains("empty"), "\(outcome.err)")
    }

    /// A command whose folder cannot be filled says so before it computes anything.
    @Test func aFolderOfOthersIsLeftAsItIs() throws {
        let workshop = try Workshop.copy()
        try workshop.write("x", "mine/movie.part")
        let arguments = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--max-length", "12", "--progress", "none", "--output", "mine"]
        let distilled = try Command.run(["distill", "--teacher", "runs/tiny/finetune", "--student", "1,8,16,2"] + arguments, in: workshop.folder)
        #expect(distilled.code == 1 && distilled.err.contains("movie.part"), "\(distilled.err)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: workshop.folder + "/mine") == ["movie.part"])
    }

    /// A command that fails before it writes anything leaves nothing that is in the way of the next.
    @Test(arguments: [["finetune", "--model"], ["distill", "--student", "1,8,16,2", "--teacher"]], ["length", "label"])
    func aFolderOfAFailureCanBeFilled(_ command: [String], _ cause: String) throws {
        let workshop = try Workshop.copy()
        func attempt(_ length: Int) throws -> Outcome {
            let corpus = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--max-length", "\(length)"]
            return try Command.run(
                command + ["runs/tiny/finetune", "--epochs", "1", "--output", "filled", "--progress", "none"] + corpus, in: workshop.folder)
        }
        let table = try workshop.data("data/train.tsv")
        if cause == "label" { try workshop.write(table + Data("99\troad\tclosed\n".utf8), "data/train.tsv") }
        let failed = try attempt(cause == "length" ? 128 : 12)
        #expect(failed.code == 1 && failed.err.contains(cause == "length" ? "16 positions" : "label 'closed'"), "\(failed.err)")
        try workshop.write(table, "data/train.tsv")
        let filled = try attempt(12)
        #expect(filled.code == 0 && workshop.exists("filled/model.safetensors"), "\(filled.err)")
        // What is there by now is somebody's.
        let weights = try workshop.data("filled/model.safetensors")
        let other = try attempt(11)
        #expect(other.code == 1 && other.err.contains("'filled' was filled from other"), "\(other.err)")
        #expect(try workshop.data("filled/model.safetensors") == weights)
    }

    @Test func kernelsThatAreNotThereAreWrongUsage() throws {
        let workshop = try Workshop()
        let outcome = try Command.run(["run", "tiny.yaml"], in: workshop.folder, environment: ["LIMBECK_KERNELS": "sse9"])
        #expect(outcome.code == 64 && outcome.err.contains("sse9") && outcome.err.contains("scalar"), "\(outcome.err)")
    }
}
