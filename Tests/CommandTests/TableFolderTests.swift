import Foundation
import Testing

/// What a table asks of the folders of its tasks, and of the one that it is written to.
@Suite struct TableFolderTests {
    private static let table = """
        name: tiny-table
        pipeline: tiny.yaml
        set: { teacher: { finetune: { epochs: 2 } }, distill: { epochs: 1, perturbation: off } }
        seeds: [1]
        tasks:
          first: {}
          second: { set: { corpus: { path: other } } }
        systems:
          hard: { set: { distill: { objective: hard } } }
          soft: { set: { distill: { objective: soft } } }

        """

    private static let compare = ["compare", "table.yaml", "--progress", "none"]

    /// Two tasks with data of their own.
    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(Self.table, "table.yaml")
        for (name, bytes) in try workshop.contents("data") {
            try workshop.write(String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "road", with: "lane"), "other/" + name)
        }
        return workshop
    }

    private func rows(_ workshop: Workshop) throws -> [[String]] {
        String(decoding: try workshop.data("runs/tiny-table/table.tsv"), as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: "\t").map(String.init) }
    }

    @Test func aTaskThatIsLeftOutNeedsNoDataAndKeepsItsRows() throws {
        let workshop = try workshop()
        let second = try Command.run(Self.compare + ["--tasks", "second"], in: workshop.folder)
        #expect(second.code == 0, "\(second.err)")
        let before = try rows(workshop)
        #expect(before.map { $0[1] } == ["second", "second"])

        try workshop.remove("other")
        let dry = try Command.run(Self.compare + ["--tasks", "first", "--dry-run"], in: workshop.folder)
        #expect(dry.code == 0 && dry.out.hasSuffix("2 of 2 students are still to be trained\n"), "\(dry.out)\(dry.err)")
        let first = try Command.run(Self.compare + ["--tasks", "first"], in: workshop.folder)
        #expect(first.code == 0, "\(first.err)")
        let after = try rows(workshop)
        #expect(after.count { $0[1] == "first" } == 2 && after.filter { $0[1] == "second" } == before, "\(after)")

        // Who asks for all asks for its data.
        for more in [[], ["--dry-run"], ["--tasks", "first,second"]] {
            let all = try Command.run(Self.compare + more, in: workshop.folder)
            #expect(all.code == 64 && all.err.contains("corpus.path") && all.err.contains("'other'"), "\(more): \(all.err)")
        }
    }

    @Test func aReportOfNoRowsIsRefused() throws {
        let workshop = try workshop()
        let outcome = try Command.run(Self.compare + ["--report", "--output", "nowhere"], in: workshop.folder)
        #expect(outcome.code == 64 && outcome.out.isEmpty && outcome.err.contains("'nowhere' has no finished rows"), "\(outcome.err)")
        #expect(!workshop.exists("nowhere"))
    }

    @Test func aReportIsNoDryRun() throws {
        let workshop = try workshop()
        let outcome = try Command.run(Self.compare + ["--report", "--dry-run"], in: workshop.folder)
        #expect(outcome.code == 64 && outcome.out.isEmpty && outcome.err.contains("one of --dry-run and --report"), "\(outcome.err)")
    }

    @Test(arguments: ["table.md", "table.tsv", "table.json"])
    func aTableOfOthersIsLeftAsItIs(_ name: String) throws {
        let workshop = try workshop()
        try workshop.write("mine", "mine/" + name)
        for more in [[], ["--dry-run"], ["--report"]] {
            let outcome = try Command.run(Self.compare + ["--output", "mine"] + more, in: workshop.folder)
            #expect(outcome.code == 64 && outcome.err.contains("'\(name)'") && outcome.err.contains("rows.tsv"), "\(more): \(outcome.err)")
            #expect(try workshop.contents("mine") == [name: Data("mine".utf8)], "\(more)")
        }
    }
}
