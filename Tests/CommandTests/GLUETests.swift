import Foundation
import Testing

/// All tasks of GLUE and its diagnostic set, on files of the documented layouts: from training to the leaderboard's zip.
@Suite struct GLUETests {
    private struct Task {
        var name, descriptor: String
        /// Header and columns of the files by split: `1` and `2` are texts, `y` is the label, `i` the index, `-` anything else.
        var layouts: [(split: String, header: String?, columns: String)]
        var labels: [String]
        var metrics: Set<String>

        var devSplits: [String] { layouts.map(\.split).filter { $0.hasPrefix("dev") } }
    }

    private static let mnli = "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2"
    private static let stsb = "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2"
    private static let ids = "#1 ID\t#2 ID\t#1 String\t#2 String"
    private static let pair = "index\tsentence1\tsentence2"

    private static func usual(_ header: String, _ columns: String, test: (header: String, columns: String)) -> [(split: String, header: String?, columns: String)] {
        [("train", header, columns), ("dev", header, columns), ("test", test.header, test.columns)]
    }

    private static let tasks = [
        Task(
            name: "CoLA", descriptor: "cola", layouts: [("train", nil, "-y-1"), ("dev", nil, "-y-1"), ("test", "index\tsentence", "i1")], labels: ["0", "1"],
            metrics: ["matthews"]),
        Task(
            name: "SST-2", descriptor: "sst-2", layouts: usual("sentence\tlabel", "1y", test: ("index\tsentence", "i1")), labels: ["0", "1"],
            metrics: ["accuracy"]),
        Task(
            name: "MRPC", descriptor: "mrpc", layouts: usual("Quality\t" + ids, "y--12", test: ("index\t" + ids, "i--12")), labels: ["0", "1"],
            metrics: ["accuracy", "f1"]),
        Task(
            name: "STS-B", descriptor: "sts-b", layouts: usual(stsb + "\tscore", "i------12y", test: (stsb, "i------12")), labels: ["0.000", "5.000", "2.500"],
            metrics: ["pearson", "spearman"]),
        Task(
            name: "QQP", descriptor: "qqp",
            layouts: usual("id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate", "i--12y", test: ("id\tquestion1\tquestion2", "i12")), labels: ["0", "1"],
            metrics: ["accuracy", "f1"]),
        Task(
            name: "MNLI", descriptor: "mnli",
            layouts: [("train", mnli + "\tlabel1\tgold_label", "i-------12-y")]
                + ["dev_matched", "dev_mismatched"].map { ($0, mnli + "\tlabel1\tlabel2\tlabel3\tlabel4\tlabel5\tgold_label", "i-------12-----y") }
                + ["test_matched", "test_mismatched"].map { ($0, mnli, "i-------12") },
            labels: ["entailment", "contradiction", "neutral"], metrics: ["accuracy"]),
        Task(
            name: "QNLI", descriptor: "qnli", layouts: usual("index\tquestion\tsentence\tlabel", "i12y", test: ("index\tquestion\tsentence", "i12")),
            labels: ["entailment", "not_entailment"], metrics: ["accuracy"]),
        Task(
            name: "RTE", descriptor: "rte", layouts: usual(pair + "\tlabel", "i12y", test: (pair, "i12")), labels: ["entailment", "not_entailment"],
            metrics: ["accuracy"]),
        Task(name: "WNLI", descriptor: "wnli", layouts: usual(pair + "\tlabel", "i12y", test: (pair, "i12")), labels: ["0", "1"], metrics: ["accuracy"]),
    ]

    private static func file(_ header: String?, _ columns: String, _ labels: [String], _ count: Int) -> String {
        var text = header.map { $0 + "\n" } ?? ""
        for row in 0..<count {
            let cue = ["closed", "queue", "fog"][row % labels.count]
            let fields = columns.map { column in
                switch column {
                case "1": "\(Workshop.words[row % 8]) \(cue)"
                case "2": "\(Workshop.words[row * 3 % 8]) \(Workshop.words[row * 5 % 8])"
                case "y": labels[row % labels.count]
                case "i": "\(row)"
                default: "x"
                }
            }
            text += fields.joined(separator: "\t") + "\n"
        }
        return text
    }

    private static func made() throws -> Workshop {
        let workshop = try Workshop()
        for task in tasks {
            for layout in task.layouts {
                try workshop.write(file(layout.header, layout.columns, task.labels, layout.split == "train" ? 24 : 6), "glue/\(task.name)/\(layout.split).tsv")
            }
        }
        try workshop.write(file(pair, "i12", ["x"], 4), "glue/AX/diagnostic.tsv")
        return workshop
    }

    private static let models = tasks.map { "\($0.name)=runs/\($0.descriptor)/finetune" }
    private static let submit = ["predict", "--submission", "glue.zip", "--glue", "glue", "--progress", "lines", "--models"]
    private static let names = ["CoLA", "SST-2", "MRPC", "STS-B", "QQP", "MNLI-m", "MNLI-mm", "QNLI", "RTE", "WNLI", "AX"].map { $0 + ".tsv" }
    private static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    /// All tasks learnt and judged, with what each run said; made once, and only read.
    private static let learnt = Result { () throws -> (workshop: Workshop, outcomes: [Outcome]) in
        let workshop = try made()
        let outcomes = try tasks.map { task in
            try workshop.run(
                "run", "tiny.yaml", "--progress", "none", "--set", "name=\(task.descriptor)", "--set", "corpus.descriptor=glue/\(task.descriptor)", "--set",
                "corpus.path=glue/\(task.name)", "--set", "evaluate.splits=[\(task.devSplits.joined(separator: ", "))]")
        }
        return (workshop, outcomes)
    }

    @Test func everyTaskIsLearntAndJudged() throws {
        for (task, outcome) in zip(Self.tasks, try Self.learnt.get().outcomes) {
            #expect(outcome.code == 0, "\(task.name): \(outcome.err)")
            for split in task.devSplits {
                let shown = outcome.out.split(separator: "\n").first { $0.hasPrefix("\(task.descriptor), \(split)") } ?? ""
                let metrics = ["accuracy", "f1", "matthews", "pearson", "spearman"].filter { shown.contains($0) }
                #expect(Set(metrics) == task.metrics, "\(task.name) \(split): \(shown)")
            }
        }
    }

    @Test func aSubmissionIsTheSameEachTime() throws {
        let workshop = try Workshop(copying: Self.learnt.get().workshop)
        let outcome = try Command.run(Self.submit + Self.models, in: workshop.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.err.contains("QQP has 6 rows, the leaderboard's test set 390965"))
        #expect(outcome.err.contains(Self.names.joined(separator: ", ")))
        let first = try workshop.data("glue.zip")
        #expect(try Command.run(Self.submit + Self.models, in: workshop.folder).code == 0 && workshop.data("glue.zip") == first)
    }

    @Test func whatASubmissionLacksIsNamed() throws {
        let workshop = try Workshop(copying: Self.learnt.get().workshop)
        let (arguments, models) = (Self.submit, Self.models)
        try workshop.remove("glue/QNLI/test.tsv")
        let lacking = try Command.run(arguments + models.filter { !$0.hasPrefix("MNLI") }, in: workshop.folder)
        #expect(lacking.code == 64 && lacking.err.contains("the submission lacks 4 of 11 files"), "\(lacking.err)")
        for name in ["MNLI-m has no model (--models MNLI=FOLDER)", "MNLI-mm has no model", "AX has no model", "QNLI has no test file ('glue/QNLI/test.tsv')"] {
            #expect(lacking.err.contains(name), "\(name)")
        }
        let partial = try Command.run(arguments + models.filter { !$0.hasPrefix("MNLI") } + ["--partial"], in: workshop.folder)
        #expect(partial.code == 0 && partial.err.contains("left out: AX has no model"), "\(partial.err)")

        // A row without an answer is no submission.
        try workshop.write("index\tsentence\n0\troad closed\n1\n", "glue/CoLA/test.tsv")
        let short = try Command.run(arguments + models + ["--partial"], in: workshop.folder)
        #expect(short.code == 1 && short.err.contains("CoLA: 1 records"), "\(short.err)")
    }

    /// The files of the zip with their text, as Python reads them.
    private func submitted(_ workshop: Workshop) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            "-c", "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps([[n, z.read(n).decode()] for n in z.namelist()]))",
            workshop.folder + "/glue.zip",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try #require(try JSONSerialization.jsonObject(with: data) as? [[String]])
    }

    /// Whatever the order of its rows.
    @Test(.enabled(if: hasPython, "there is no /usr/bin/python3")) func anIndexIsThatOfTheTestFile() throws {
        let workshop = try Workshop(copying: Self.learnt.get().workshop)
        try workshop.write("index\tsentence\n3\troad closed\n0\tlane queue\n2\tbridge closed\n1\ttown queue\n", "glue/SST-2/test.tsv")
        let outcome = try Command.run(Self.submit + ["SST-2=runs/sst-2/finetune", "--partial"], in: workshop.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
        let predicted = try workshop.run("predict", "--task", "SST-2", "--path", "glue/SST-2", "--model", "runs/sst-2/finetune", "--progress", "none").out
        #expect(predicted.split(separator: "\n").map { $0.prefix { $0 != "\t" } } == ["index", "3", "0", "2", "1"], "\(predicted)")
        #expect(try submitted(workshop) == [["SST-2.tsv", predicted]])
    }

    @Test(.enabled(if: hasPython, "there is no /usr/bin/python3")) func pythonReadsASubmission() throws {
        let workshop = try Workshop(copying: Self.learnt.get().workshop)
        #expect(try Command.run(Self.submit + Self.models, in: workshop.folder).code == 0)
        let files = try submitted(workshop)
        #expect(files.map { $0[0] } == Self.names)
        for file in files {
            let lines = file[1].split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
            #expect(lines[0] == ["index", "prediction"] && lines.dropFirst().map { $0[0] } == (0..<lines.count - 1).map { "\($0)" }, "\(file[0])")
            let values = Set(lines.dropFirst().map { $0[1] })
            switch file[0] {
            case "STS-B.tsv": #expect(values.allSatisfy { (0...5).contains(Double($0) ?? -1) && $0.contains(".") })
            case "MNLI-m.tsv", "MNLI-mm.tsv", "AX.tsv": #expect(values.isSubset(of: ["entailment", "contradiction", "neutral"]))
            case "QNLI.tsv", "RTE.tsv": #expect(values.isSubset(of: ["entailment", "not_entailment"]))
            default: #expect(values.isSubset(of: ["0", "1"]))
            }
        }
    }

    @Test(arguments: [
        (["--models", "CoLA"], "write TASK=FOLDER"), (["--models", "COCOA=x"], "write TASK=FOLDER"), (["--models", "CoLA=x", "cola=y"], "CoLA stands twice"),
        (["--models", "AX=x"], "AX is answered by the model of MNLI"), (["--models", "CoLA=x", "--model", "y"], "leave --model"),
        (["--models", "CoLA=x"], "the submission lacks 11 of 11 files"), (["--models", "CoLA=x", "--partial"], "the submission lacks 11 of 11 files"),
        ([], "--submission asks for --glue and --models"),
    ]) func wrongUsageIsNamed(_ more: [String], _ says: String) throws {
        let workshop = try Workshop()
        let outcome = try Command.run(["predict", "--submission", "x.zip", "--glue", "nowhere"] + more, in: workshop.folder)
        #expect(outcome.code == 64 && outcome.err.contains(says), "\(outcome.err)")
        #expect(!workshop.exists("x.zip"))
    }
}
