import Foundation
import TestSupport
import Testing

@Suite struct CommandTests {
    @Test(arguments: [
        "run", "corpus", "corpus wikipedia", "tokenize", "vocabulary", "finetune", "features", "distill", "evaluate", "predict", "export", "inspect",
        "inspect corpus", "verify", "repair", "bench",
    ])
    func everyCommandHelps(_ name: String) throws {
        let outcome = try Command.run(name.split(separator: " ").map(String.init) + ["--help"], in: "/")
        #expect(outcome.code == 0)
        #expect(outcome.out.contains("USAGE: limbeck \(name)") && outcome.out.contains("Example: limbeck \(name)"))
    }

    @Test func benchMeasuresModels() throws {
        let arguments = ["bench", "--teacher", "3x32x64x4", "--student", "2x16x32x2", "--sequences", "8", "--batch", "4", "--rounds", "1"]
        let folder = TemporaryFolder()
        let json = try Command.run(arguments + ["--json", "--folder", folder.path, "--progress", "none"], in: "/")
        #expect(json.code == 0, "\(json.err)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any])
        let work = try #require(report["work"] as? [[String: Any]])
        #expect(work.count == 6 && work.allSatisfy { ($0["tokensPerSecond"] as? Double ?? 0) > 0 })
        #expect((report["speedUps"] as? [Any])?.count == 4 && (report["teacher"] as? [String: Any])?["layers"] as? Int == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty, "the cache goes")
        let table = try Command.run(arguments, in: "/")
        #expect(table.code == 0 && table.out.contains("training step, perturbed") && table.out.contains("times smaller"))
        let text = folder.path + "/text.txt"
        try "fog on the road\n".write(toFile: text, atomically: true, encoding: .utf8)
        for (wrong, problem) in [
            (["--teacher", "huge"], "is no folder and no shape"), (["--student", "2x15x32x2"], "is no folder and no shape"),
            (["--sequences", "3"], "--sequences"), (["--tokens", "/nowhere"], "/nowhere"), (["--text", text], "vocab"),
        ] {
            let outcome = try Command.run(arguments + wrong, in: "/")
            #expect(outcome.code != 0 && outcome.out.isEmpty && outcome.err.contains(problem), "\(wrong): \(outcome.err)")
        }
    }

    @Test func theVersion() throws {
        let outcome = try Command.run(["--version"], in: "/")
        #expect(outcome.code == 0 && outcome.out.hasPrefix("0."))
    }

    @Test func tokenizes() throws {
        let workshop = try Workshop()
        let lines = try workshop.run("tokenize", "--vocabulary", "vocab/vocab.txt", "--lines", "-", input: "Road closed\n\nfog north")
        #expect(lines.out == "2 5 13 3\n2 3\n2 15 9 3\n" && lines.code == 0)
        let bare = try workshop.run("tokenize", "--vocabulary", "vocab", "--lines", "-", "--no-special", input: "Road closed\n\nfog")
        #expect(bare.out == "5 13\n\n15\n")
        let pairs = try workshop.run(
            "tokenize", "--vocabulary", "vocab", "--pairs", "-", "--types", "--max-length", "6", input: "road road road road\tfog fog fog\n")
        // Three for two sides, of which the first is longer: it keeps the odd one.
        #expect(pairs.out == "2 5 5 3 15 3\t0 0 0 0 1 1\n")
        let equal = try workshop.run("tokenize", "--vocabulary", "vocab", "--pairs", "-", "--max-length", "10", input: "\(String(repeating: "road ", count: 8))\t\(String(repeating: "fog ", count: 8))\n")
        #expect(equal.out == "2 5 5 5 3 15 15 15 15 3\n", "two sides of 8 cut to 7 give 3 and 4")
    }

    @Test func theWholePath() throws {
        let workshop = try Workshop.finished.get()
        for stage in ["tokens", "finetune", "features", "distill", "baseline", "evaluate", "export"] {
            #expect(workshop.exists("runs/tiny/\(stage)/stage.json"), "\(stage)")
        }
        let evaluation = try workshop.run(
            "evaluate", "--model", "runs/tiny/finetune", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--split", "dev")
        #expect(evaluation.code == 0)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(evaluation.out.utf8)) as? [String: Any])
        #expect(Set(report.keys) == ["examples", "metrics", "rejects", "split", "task"])
        let metrics = try #require(report["metrics"] as? [String: Double])
        #expect((metrics["accuracy"] ?? 0) > 0.6, "the cue words are easy to learn")
        let stored = try JSONSerialization.jsonObject(with: try workshop.data("runs/tiny/evaluate/metrics.json")) as? [String: [String: Double]]
        #expect(stored?["teacher dev"]?["accuracy"] == metrics["accuracy"])
    }

    @Test func predicts() throws {
        let workshop = try Workshop.finished.get()
        let table = try workshop.run("predict", "--model", "runs/tiny/finetune", "--descriptor", "tiny-corpus.yaml", "--path", "data")
        let rows = table.out.split(separator: "\n")
        #expect(rows.count == 13 && rows[0] == "index\tprediction")
        #expect(rows.dropFirst().enumerated().allSatisfy { Workshop.labels.contains(String($1.split(separator: "\t")[1])) && $1.hasPrefix("\($0)\t") })
        let lines = try workshop.run("predict", "--model", "runs/tiny/finetune", "--lines", "-", input: "road closed\nroad queue\n")
        let columns = lines.out.split(separator: "\n").map { $0.split(separator: "\t") }
        #expect(columns[0] == ["prediction", "closure", "jam", "other"] && columns.count == 3)
        let sum = columns[1].dropFirst().compactMap { Double($0) }.reduce(0, +)
        #expect((sum - 1).magnitude < 1e-4)
    }

    @Test func inspectsVerifiesAndExports() throws {
        let workshop = try Workshop.copy()
        let report = try workshop.run("inspect", "runs/tiny/features")
        #expect(report.code == 0 && report.out.contains("int8-rotated") && report.out.contains("closure 16, jam 16, other 16"))
        #expect(try workshop.run("inspect", "runs/tiny/distill", "--json").out.contains("\"sections\""))
        let verified = try workshop.run("verify", "runs/tiny/features/train", "--teacher", "runs/tiny/finetune", "--rows", "9")
        #expect(verified.code == 0 && verified.out.contains("\"teacherRows\" : 9"), "\(verified.err)")
        let other = try workshop.run("verify", "runs/tiny/features/train", "--teacher", "runs/tiny/distill")
        #expect(other.code == 1 && other.err.contains("layers"), "\(other.err)")
        #expect(try workshop.run("export", "runs/tiny/features/train", "--safetensors", "states.safetensors", "--progress", "none").code == 0)
        let bytes = try workshop.data("states.safetensors")
        let length = bytes.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
        let header = try #require(try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any])
        #expect(Set(header.keys).isSuperset(of: ["layer.2", "offsets", "ids", "logits"]))
        #expect((header["offsets"] as? [String: Any])?["shape"] as? [Int] == [49])
        #expect(try workshop.run("export", "runs/tiny/distill", "--huggingface", "student").code == 0)
        #expect(workshop.exists("student/vocab.txt") && !workshop.exists("student/stage.json"))
    }

    @Test func commandsFillTheirFolders() throws {
        let workshop = try Workshop.copy()
        let corpus = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--max-length", "12", "--progress", "none"]
        let tuned = try Command.run(
            ["finetune", "--model", "runs/tiny/finetune", "--output", "tuned", "--epochs", "1"] + corpus, in: workshop.folder)
        #expect(tuned.code == 0 && workshop.exists("tuned/model.safetensors"), "\(tuned.err)")
        let student = try Command.run(
            ["distill", "--teacher", "tuned", "--output", "student", "--epochs", "1", "--student", "1,8,16,2"] + corpus,
            in: workshop.folder)
        #expect(student.code == 0 && workshop.exists("student/model.safetensors"), "\(student.err)")
        #expect(try workshop.run("predict", "--model", "student", "--lines", "-", input: "fog\n").code == 0)
    }

    @Test func seedsShareTeacherAndCache() throws {
        let workshop = try Workshop.copy()
        let outcome = try workshop.run("run", "tiny.yaml", "--set", "seed=7", "--set", "name=second", "--progress", "none")
        #expect(outcome.code == 0, "\(outcome.err)")
        let record = try JSONSerialization.jsonObject(with: try workshop.data("runs/second/run.json")) as? [String: Any]
        let stages = try #require(record?["stages"] as? [[String: Any]])
        let reused = stages.filter { $0["wasReused"] as? Bool == true }.compactMap { $0["name"] as? String }
        #expect(reused == ["tokens", "finetune", "features"])
    }
}
