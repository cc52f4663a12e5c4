import TestSupport
import Testing
import Training

@testable import Comparisons

/// What becomes of rows that are there as others come.
@Suite struct ComparisonStoreTests {
    private let folder = TemporaryFolder()

    private var path: String { folder.path + "/out" }

    private func labels(_ task: String, _ split: String, _ fingerprint: String) -> FinishedRow {
        var row = FinishedRow(task: task, system: FinishedRow.labels, split: split, fingerprint: fingerprint)
        row.predictions = [0, 1, 1]
        return row
    }

    private func student(_ task: String, _ split: String, _ seed: UInt64) -> FinishedRow {
        var row = FinishedRow(task: task, system: "student", split: split, seed: seed, fingerprint: "s")
        (row.metrics, row.predictions) = ([.accuracy: 0.75], [1, 1, 0])
        (row.agreement, row.divergence, row.speedup, row.seconds, row.parameters) = (0.5, 0.25, 3.5, 12.5, 100)
        return row
    }

    private func store() throws -> ComparisonStore {
        let store = try ComparisonStore(path)
        for (task, split) in [("a", "dev"), ("a", "test"), ("b", "dev")] {
            var teacher = FinishedRow(task: task, system: FinishedRow.teacher, split: split, fingerprint: "t")
            (teacher.speedup, teacher.predictions) = (1, [0, 1, 1])
            try store.add([labels(task, split, "t"), teacher, student(task, split, 1), student(task, split, 2)])
        }
        return store
    }

    /// Its students are measured beside the new one; what they are themselves is what it was.
    @Test func anotherTeacherTakesWhatStoodBesideTheFirst() throws {
        let store = try store()
        let before = store.results
        try store.add([labels("a", "dev", "t")])
        #expect(Set(store.results.map(\.line)) == Set(before.map(\.line)), "the same teacher takes nothing")
        try store.add([labels("a", "dev", "other"), student("a", "dev", 2)])
        for store in [store, try ComparisonStore(path)] {
            for (task, split, seed) in [("a", "dev", UInt64(1)), ("a", "dev", 2), ("a", "test", 1), ("a", "test", 2), ("b", "dev", 1), ("b", "dev", 2)] {
                let found = try #require(store.result(task, "student", split, seed))
                // A student that comes with the new teacher stands beside it.
                var expected = student(task, split, seed)
                if (task, split, seed) == ("a", "dev", 1) { (expected.agreement, expected.divergence, expected.speedup) = (nil, nil, nil) }
                #expect(found == expected)
            }
            #expect(store.result("a", FinishedRow.teacher, "dev", nil)?.speedup == 1 && store.result("a", FinishedRow.labels, "dev", nil)?.fingerprint == "other")
        }
    }

    @Test func aStudentIsJudgedOnceItStandsBesideItsTeacher() throws {
        let store = try store()
        func isJudged(_ split: String, _ seed: UInt64, _ fingerprint: String = "s", hasTeacher: Bool = true) -> Bool {
            store.isJudged(ComparisonRun(task: "a", system: "student", seed: seed), split, fingerprint, hasTeacher: hasTeacher)
        }
        #expect(isJudged("dev", 1) && isJudged("dev", 2) && isJudged("test", 1))
        #expect(!isJudged("dev", 1, "of other settings") && !isJudged("dev", 3) && !isJudged("dev", 1, "of other settings", hasTeacher: false))
        try store.add([labels("a", "dev", "other")])
        #expect(!isJudged("dev", 1) && !isJudged("dev", 2) && isJudged("test", 1))
        #expect(isJudged("dev", 1, hasTeacher: false), "labels alone are all that it is judged by")
        try store.add([student("a", "dev", 1)])
        #expect(isJudged("dev", 1) && !isJudged("dev", 2))
    }

    /// Rows of before it was kept have no corpus, and are rows all the same.
    @Test func theCorpusOfARowIsReadBack() throws {
        let store = try store()
        var constant = FinishedRow(task: "a", system: FinishedRow.constant, split: "dev", fingerprint: "t")
        (constant.corpus, constant.metrics) = ("CoLA", [.accuracy: 0.5])
        try store.add([constant])
        #expect(try ComparisonStore(path).results == store.results)

        let lines = String(decoding: try folder.contents("out/rows.tsv"), as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t") }
        let place = try #require(lines[0].firstIndex(of: "corpus"))
        let without = lines.map { line in line.enumerated().filter { $0.offset != place }.map(\.element).joined(separator: "\t") }
        try folder.write(without.joined(separator: "\n") + "\n", to: "out/rows.tsv")
        let old = try ComparisonStore(path).results
        constant.corpus = nil
        #expect(old.last == constant && old.dropLast() == store.results.dropLast())
    }
}
