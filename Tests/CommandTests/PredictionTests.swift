import Foundation
import Testing

/// What `predict` and `evaluate` print, record by record.
@Suite struct PredictionTests {
    private let model = ["--model", "runs/tiny/finetune"]

    /// The index is the file's own, and a record that cannot be used moves no other.
    @Test func indicesAreThoseOfTheFile() throws {
        let workshop = try Workshop.copy()
        try workshop.write("id\ttext\tlabel\n70\troad closed\tclosure\n71\n72\troad queue\tjam\n", "data/test.tsv")
        let corpus = ["--descriptor", "tiny-corpus.yaml", "--path", "data", "--progress", "none"]
        let outcome = try Command.run(["predict"] + model + corpus, in: workshop.folder)
        #expect(outcome.code == 2)
        #expect(outcome.out.split(separator: "\n").map { String($0.split(separator: "\t")[0]) } == ["index", "70", "72"])
        #expect(outcome.err.contains("line 3") && outcome.err.contains("columns"), "\(outcome.err)")
        // Without a column of its own, the place among all records.
        try workshop.write(Workshop.descriptor.replacingOccurrences(of: ", id: id", with: ""), "tiny-corpus.yaml")
        let places = try Command.run(["predict"] + model + corpus, in: workshop.folder)
        #expect(places.out.split(separator: "\n").map { String($0.split(separator: "\t")[0]) } == ["index", "0", "2"])
        let evaluated = try Command.run(["evaluate", "--split", "test"] + model + corpus, in: workshop.folder)
        #expect(evaluated.code == 2 && evaluated.out.contains("\"rejects\" : 1"))
    }

    @Test func aCorpusWithoutLabelsTakesTheModelsNames() throws {
        let workshop = try Workshop.copy()
        try workshop.write("name: mine\nsplits: { test: test.tsv }\ncolumns: { text: text }\n", "mine.yaml")
        let outcome = try Command.run(["predict", "--descriptor", "mine.yaml", "--path", "data"] + model, in: workshop.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
        let rows = outcome.out.split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
        #expect(rows.count == 12 && rows.allSatisfy { Workshop.labels.contains(String($0[1])) })
    }

    /// What stands in the label's column of a split to predict is nobody's business.
    @Test func labelsOfASplitToPredictMayBeAnything() throws {
        let workshop = try Workshop.copy()
        try workshop.write("id\ttext\tlabel\n0\troad closed\t-1\n1\troad queue\t\n", "data/test.tsv")
        let outcome = try Command.run(
            ["predict", "--descriptor", "tiny-corpus.yaml", "--path", "data"] + model, in: workshop.folder)
        #expect(outcome.code == 0 && outcome.out.split(separator: "\n").count == 3, "\(outcome.err)")
    }

    /// Scores are cut to the range that the descriptor states, not to that of STS-B.
    @Test func scoresKeepTheirRange() throws {
        let workshop = try Workshop()
        var text = "id\ttext\tscore\n"
        for row in 0..<48 { text += "\(row)\t\(row % 2 == 0 ? "road closed" : "fog north")\t\(row % 2 == 0 ? 3 : -3)\n" }
        for split in ["train", "dev", "test"] { try workshop.write(text, "data/\(split).tsv") }
        try workshop.write(
            Workshop.descriptor.replacingOccurrences(of: "label: label", with: "label: score")
                .replacingOccurrences(of: "labels: [closure, jam, other]", with: "labels: { score: [-10, 10] }"), "tiny-corpus.yaml")
        let run = try workshop.run("run", "tiny.yaml", "--progress", "none")
        #expect(run.code == 0 && run.out.contains("pearson") && run.out.contains("spearman"), "\(run.err)")
        let outcome = try Command.run(
            ["predict", "--descriptor", "tiny-corpus.yaml", "--path", "data"] + model, in: workshop.folder)
        let scores = outcome.out.split(separator: "\n").dropFirst().compactMap { Double($0.split(separator: "\t")[1]) }
        #expect(scores.count == 48 && scores.contains { $0 < -0.05 } && scores.contains { $0 > 0.05 }, "\(scores.prefix(4))")
        let lines = try Command.run(["predict", "--lines", "-"] + model, in: workshop.folder, input: Data("road closed\nfog north\n".utf8))
        #expect(lines.out.hasPrefix("score\n") && lines.out.split(separator: "\n").count == 3)
    }

    /// A task of GLUE in its own layout: MRPC's test file has an index where the others have the label.
    @Test func aTaskOfGLUE() throws {
        let workshop = try Workshop.copy()
        let header = "\u{FEFF}Quality\t#1 ID\t#2 ID\t#1 String\t#2 String\n"
        let rows = (0..<24).map { "\($0 % 2)\t1\t2\troad \($0 % 2 == 0 ? "closed" : "queue")\tbridge \($0 % 2 == 0 ? "fog" : "queue")\n" }.joined()
        for split in ["train", "dev"] { try workshop.write(header + rows, "MRPC/\(split).tsv") }
        try workshop.write("index\t#1 ID\t#2 ID\t#1 String\t#2 String\n5\t1\t2\troad\tfog\n6\t1\t2\troad queue\tfog\n", "MRPC/test.tsv")
        let task = ["--task", "MRPC", "--path", "MRPC", "--progress", "none"]
        let tuned = try Command.run(
            ["finetune", "--model", "runs/tiny/finetune", "--epochs", "2", "--max-length", "12", "--output", "tuned"] + task, in: workshop.folder)
        #expect(tuned.code == 0, "\(tuned.err)")
        let evaluated = try Command.run(["evaluate", "--model", "tuned", "--split", "dev"] + task, in: workshop.folder)
        let report = try JSONSerialization.jsonObject(with: Data(evaluated.out.utf8)) as? [String: Any]
        #expect(Set(try #require(report?["metrics"] as? [String: Double]).keys) == ["accuracy", "f1"])
        let predicted = try Command.run(["predict", "--model", "tuned"] + task, in: workshop.folder)
        let lines = predicted.out.split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "index\tprediction" && lines[1].hasPrefix("5\t") && lines[2].hasPrefix("6\t"))
        // Its classes have other names than the traffic's.
        let other = try Command.run(["evaluate", "--model", "runs/tiny/finetune"] + task, in: workshop.folder)
        #expect(other.code == 1 && other.err.contains("labels"), "\(other.err)")
    }

    /// Who types a line gets its answer before the next.
    @Test func linesAreAnsweredAsTheyCome() throws {
        let workshop = try Workshop.copy()
        let process = Process()
        process.executableURL = URL(filePath: Command.path)
        process.arguments = ["predict", "--lines", "-"] + model
        process.currentDirectoryURL = URL(filePath: workshop.folder)
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data("road closed\n".utf8))
        var text = ""
        while text.split(separator: "\n", omittingEmptySubsequences: false).count < 3 {
            let data = output.fileHandleForReading.availableData
            try #require(!data.isEmpty, "it ended instead")
            text += String(decoding: data, as: UTF8.self)
        }
        // A single Ctrl-C ends the wait for more.
        process.interrupt()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
    }
}
