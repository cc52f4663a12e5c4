import Foundation
import TestSupport
import Testing
import Training

@testable import Comparisons

/// What a table says of rows that are there.
@Suite struct ComparisonTableTests {
    private let folder = TemporaryFolder()

    private func settings(_ more: String = "") throws -> ComparisonSettings {
        try folder.write("name: p\n", to: "p.yaml")
        try folder.write(
            """
            title: Table
            pipeline: p.yaml
            hard: hard
            tasks: { mrpc: { title: MRPC }, mnli: { title: MNLI }, sts-b: { title: STS-B } }
            systems: { hard: {}, student: { title: The student } }
            contrasts: [{ system: student, against: hard }]
            \(more)

            """, to: "t.yaml")
        return try ComparisonSettings(contentsOf: folder.path + "/t.yaml", environment: [:])
    }

    /// The same with a line in the place of that of its key, or beside them.
    private func settings(replacing line: String) throws -> ComparisonSettings {
        _ = try settings()
        let key = line.prefix { $0 != ":" } + ":"
        let lines = try text("t.yaml").split(separator: "\n").filter { !$0.hasPrefix(key) } + [Substring(line)]
        try folder.write(lines.joined(separator: "\n") + "\n", to: "t.yaml")
        return try ComparisonSettings(contentsOf: folder.path + "/t.yaml", environment: [:])
    }

    private func text(_ name: String) throws -> String { String(decoding: try folder.contents(name), as: UTF8.self) }

    private func row(_ task: String, _ system: String, _ split: String, _ seed: UInt64?, _ metrics: [Metric: Double], _ predictions: [Double]) -> FinishedRow {
        var row = FinishedRow(task: task, system: system, split: split, seed: seed, fingerprint: "f")
        (row.metrics, row.predictions) = (metrics, predictions)
        return row
    }

    private func store() throws -> ComparisonStore {
        let store = try ComparisonStore(folder.path + "/out")
        var rows: [FinishedRow] = []
        for (task, split, metric, other) in [
            ("mrpc", "dev", Metric.accuracy, Metric.f1), ("mnli", "dev_matched", .accuracy, .accuracy), ("mnli", "dev_mismatched", .accuracy, .accuracy),
            ("sts-b", "dev", .pearson, .spearman),
        ] {
            func metrics(_ a: Double, _ b: Double) -> [Metric: Double] { other == metric ? [metric: a] : [metric: a, other: b] }
            rows.append(row(task, "constant", split, nil, metrics(0.5, 0.6), []))
            rows.append(row(task, "labels", split, nil, [:], [0, 1, 1, 0]))
            rows.append(row(task, "teacher", split, nil, metrics(0.9, 0.8), [0, 1, 1, 0]))
            for (seed, shift) in [(UInt64(1), 0.0), (2, 0.02)] {
                rows.append(row(task, "student", split, seed, metrics(0.8 + shift, 0.7 + shift), [0, 1, 1, 0]))
                rows.append(row(task, "hard", split, seed, metrics(0.6 + shift, 0.5 + shift), [1, 0, 1, 0]))
            }
        }
        try store.add(rows)
        return store
    }

    @Test func averagesAreThoseOfGLUEOrOfThePaper() throws {
        let store = try store()
        let glue = ComparisonTable(try settings(), store.results)
        #expect(glue.columns.map(\.label) == ["MRPC", "MNLI dev matched", "MNLI dev mismatched", "STS-B"])
        let student = try #require(glue.rows.last)
        // Pairs of metrics and of splits count together: (.76 + .81 + .76) / 3.
        #expect((student.average! - (0.76 + 0.81 + 0.76) / 3).magnitude < 1e-12)
        #expect((glue.teacherAverage! - (0.85 + 0.9 + 0.85) / 3).magnitude < 1e-12)
        // A column a split, and of pairs the second: F1 and Spearman.
        let paper = ComparisonTable(try settings("average: paper"), store.results)
        #expect(paper.columns.map(\.metrics) == [[.f1], [.accuracy], [.accuracy], [.spearman]])
        #expect((paper.rows.last!.average! - (0.71 + 0.81 + 0.81 + 0.71) / 4).magnitude < 1e-12)
        #expect((paper.constantAverage! - (0.6 + 0.5 + 0.5 + 0.6) / 4).magnitude < 1e-12)
    }

    @Test func whatIsKeptOfTheTeacherIsToldThreeWays() throws {
        let table = ComparisonTable(try settings(), try store().results)
        let cell = table.rows[1].cells[1]
        #expect((cell.retention! - 0.81 / 0.9).magnitude < 1e-12)
        #expect((cell.aboveConstant! - 0.31 / 0.4).magnitude < 1e-12)
        #expect((cell.aboveHard! - 0.2 / 0.29).magnitude < 1e-12)
        #expect(table.rows[0].cells[1].aboveHard == nil, "nothing is above itself")
        #expect(cell.seeds == [1, 2] && cell.scores.count == 2)
    }

    @Test func aContrastPairsSeedsAndExamples() throws {
        let table = ComparisonTable(try settings("resamples: 300"), try store().results)
        #expect(table.contrasts.map(\.task) == ["MRPC", "MNLI dev matched", "MNLI dev mismatched", "STS-B", "all"])
        let contrast = table.contrasts[1]
        #expect(contrast.seeds == 2 && contrast.difference == 0.5 && contrast.interval.low >= 0 && contrast.interval.high == 1)
        #expect(table.markdown.contains("| student | hard | MNLI dev matched | 2 | +50.0 |"))
    }

    /// What a row says of its corpus counts for more than a task's name, which anybody may choose.
    @Test func aTaskIsJudgedByWhatItsCorpusIs() throws {
        func judged(_ task: String, _ corpus: String?, pipeline: String = "name: p\n") throws -> [Metric] {
            var constant = row(task, "constant", "dev", nil, [.accuracy: 0.7, .f1: 0, .matthews: 0], [])
            constant.corpus = corpus
            _ = try settings(replacing: "tasks: { \(task): {} }")
            try folder.write(pipeline, to: "p.yaml")
            let settings = try ComparisonSettings(contentsOf: folder.path + "/t.yaml", environment: [:])
            let table = ComparisonTable(settings, [constant, row(task, "labels", "dev", nil, [:], [0, 1])])
            return try #require(table.columns.first).metrics
        }
        #expect(try judged("x", "CoLA") == [.matthews] && judged("x", "MRPC") == [.accuracy, .f1])
        #expect(try judged("cola", "road-reports") == [.accuracy])
        #expect(try judged("x", "road-reports", pipeline: "corpus: { descriptor: glue/cola }\n") == [.accuracy])
        // Rows of before it was kept are judged by what the table says.
        #expect(try judged("x", nil) == [.accuracy] && judged("cola", nil) == [.matthews])
        #expect(try judged("x", nil, pipeline: "corpus: { descriptor: glue/cola }\n") == [.matthews])
    }

    /// What is drawn for a task depends on nothing but the task.
    @Test func anIntervalIsTheSameWhateverOtherRowsThereAre() throws {
        var random = SplitMix64(seed: 3)
        func scores() -> [Double] { (0..<24).map { _ in Double.random(in: 0...5, using: &random) } }
        var rows: [FinishedRow] = []
        for task in ["mrpc", "mnli", "sts-b"] {
            let labels = scores()
            rows += [row(task, "constant", "dev", nil, [.pearson: 0, .spearman: 0], []), row(task, "labels", "dev", nil, [:], labels)]
            for seed in [UInt64(1), 2] {
                rows.append(row(task, "student", "dev", seed, [:], zip(labels, scores()).map { $0 + $1 }))
                rows.append(row(task, "hard", "dev", seed, [:], zip(labels, scores()).map { $0 + 2 * $1 }))
            }
        }
        func contrasts(without tasks: Set<String>, _ line: String = "resamples: 200") throws -> [ComparisonTable.Contrast] {
            let all = ComparisonTable(try settings(replacing: line), rows.filter { !tasks.contains($0.task) }).contrasts
            return all.filter { $0.task == "STS-B" }
        }
        let full = try #require(contrasts(without: []).first)
        #expect(full.seeds == 2 && full.interval.low < full.difference && full.difference < full.interval.high)
        for tasks in [["mrpc"], ["mnli"], ["mrpc", "mnli"]] as [Set<String>] {
            let found = try #require(contrasts(without: tasks).first)
            #expect(found.interval == full.interval && found.difference == full.difference, "without \(tasks)")
        }
        // Nor does it matter of which other tasks a contrast is asked.
        let asked = "contrasts: [{ system: student, against: hard }, { system: student, against: hard, tasks: [sts-b] }]\nresamples: 200"
        let both = try contrasts(without: [], asked).map(\.interval)
        #expect(both.count == 2 && both.first == both.last)
        // Tasks and splits are drawn each for itself.
        let columns = ComparisonTable(try settings(), try store().results).columns
        #expect(Set(columns.map(\.stream)).count == 4)
    }

    @Test(arguments: ["teacher", "constant", "labels"]) func aSystemIsNotNamedAsARowOfEveryTable(_ name: String) throws {
        let text = refusal { try settings(replacing: "systems: { hard: {}, student: {}, \(name): {} }") }
        #expect(text.contains("systems.\(name)") && text.contains("'\(name)' is the name of a row that every table has"), "\(text)")
        #expect(refusal { try settings(replacing: "systems: { hard: {}, student: {}, \(name)-2: {} }") } == "")
    }

    @Test func aSystemIsNotContrastedWithItself() throws {
        let text = refusal { try settings(replacing: "contrasts: [{ system: student, against: hard }, { system: student, against: student }]") }
        #expect(text.contains("contrasts[1].against: 'student' is the system itself"), "\(text)")
    }

    /// Rows are read back as they were written, and the table of them is the same text.
    @Test func rowsAreReadBack() throws {
        let store = try store()
        let again = try ComparisonStore(folder.path + "/out")
        #expect(again.results == store.results)
        let (one, two) = (ComparisonTable(try settings(), store.results), ComparisonTable(try settings(), again.results))
        #expect(one.markdown == two.markdown && one.json == two.json && one.tsv == two.tsv)
        #expect(again.has("mrpc", "student", "dev", 1, "f") && !again.has("mrpc", "student", "dev", 1, "g"))
        // A missing cell leaves no average, and nothing else.
        try folder.write(
            try text("out/rows.tsv").split(separator: "\n").filter { !$0.hasPrefix("sts-b\tstudent") }.joined(separator: "\n") + "\n", to: "out/rows.tsv")
        let partial = ComparisonTable(try settings(), try ComparisonStore(folder.path + "/out").results)
        #expect(partial.rows[1].average == nil && partial.rows[1].cells.count == 3 && partial.rows[0].average != nil)
    }

    /// A metric that came later leaves rows of before readable; a column that nobody knows does not.
    @Test func rowsOfBeforeAMetricAreRead() throws {
        let store = try store()
        let lines = try text("out/rows.tsv").split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
        let place = try #require(lines[0].firstIndex(of: "entityF1"))
        let without = lines.map { line in line.enumerated().filter { $0.offset != place }.map(\.element).joined(separator: "\t") }
        try folder.write(without.joined(separator: "\n") + "\n", to: "out/rows.tsv")
        #expect(try ComparisonStore(folder.path + "/out").results == store.results)
        try folder.write(try text("out/rows.tsv").replacing("accuracy", with: "exactness", maxReplacements: 1), to: "out/rows.tsv")
        #expect(refusal { try ComparisonStore(folder.path + "/out") }.contains("line 1, is no row of a table"))
    }

    @Test func aRowWithoutItsPredictionsIsNotFinished() throws {
        _ = try store()
        try folder.remove("out/predictions.tsv")
        let again = try ComparisonStore(folder.path + "/out")
        #expect(again.results.allSatisfy { $0.system == "constant" })
    }

    /// The reader names all the keys that it knows where it meets one that it does not.
    @Test func theSchemaHasTheKeysOfTheReader() throws {
        let data = try Data(contentsOf: URL(filePath: package + "/schemas/table.schema.json"))
        let root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let top = try #require(root["properties"] as? [String: [String: Any]])
        func keys(_ schema: Any?) -> Set<String> { Set(((schema as? [String: Any])?["properties"] as? [String: Any] ?? [:]).keys) }
        for (bogus, expected) in [
            ("bogus: 1", Set(top.keys).subtracting(["extends"])), ("tasks: { mrpc: { bogus: 1 } }", keys(top["tasks"]?["additionalProperties"])),
            ("systems: { hard: {}, student: { bogus: 1 } }", keys(top["systems"]?["additionalProperties"])),
            ("contrasts: [{ system: student, against: hard, bogus: 1 }]", keys(top["contrasts"]?["items"])),
        ] {
            let text = refusal { try settings(replacing: bogus) }
            let known = text.split(separator: "known here: ").last.map { Set($0.split(separator: ", ").map(String.init)) }
            #expect(known == expected && expected.count > 3, "\(text)")
        }
    }

    @Test(arguments: ["1e999", "nan", "x", ""]) func aNumberThatIsNoneIsRefused(_ number: String) throws {
        _ = try store()
        try folder.write(try text("out/rows.tsv").replacing("\t0.5\t", with: "\t\(number)\t", maxReplacements: 1), to: "out/rows.tsv")
        #expect(refusal { try ComparisonStore(folder.path + "/out") }.contains("is no row of a table"))
    }
}
