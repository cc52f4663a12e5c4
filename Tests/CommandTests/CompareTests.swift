import Foundation
import Testing

/// `limbeck compare`: a table of every objective, in parts and at once.
@Suite struct CompareTests {
    /// Every objective on one task; `soft` alone on the other, whose labels are the same.
    private static let table = """
        name: tiny-table
        title: Tiny
        pipeline: tiny.yaml
        set:
          student: { layers: 2, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
          distill: { perturbation: off }
        seeds: [1, 2]
        hard: hard
        tasks:
          first: { title: First }
          second: { set: { evaluate: { splits: [dev, test] } } }
        systems:
          hard: { title: labels alone, set: { distill: { objective: hard } } }
          soft: { set: { distill: { objective: soft } } }
          lrc: { tasks: [first] }
          lrc-perturbed: { tasks: [first], seeds: [1], set: { distill: { perturbation: raw } } }
          mse: { tasks: [first], set: { distill: { objective: mse, matchGradient: true } } }
          tinybert: { tasks: [first], set: { distill: { objective: tinybert } } }
          pkd: { tasks: [first], set: { distill: { objective: pkd, normalise: centre } } }
          relation: { tasks: [first], set: { distill: { objective: relation } } }
          infonce: { tasks: [first], set: { distill: { objective: infonce } } }
          distilbert: { tasks: [first], set: { distill: { objective: distilbert, mlm: off } } }
          from-general: { tasks: [first], set: { student: { from: general.yaml } } }
          svd: { tasks: [first], seeds: [1], set: { student: { init: embedding-svd } } }
        contrasts:
          - { system: soft, against: hard, question: "does a teacher help?" }
          - { system: lrc, against: hard }

        """

    private static let general = """
        extends: tiny.yaml
        name: general
        student: { layers: 2, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { stages: [{ share: 1, contrastive: 1 }] }

        """

    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(Self.table, "table.yaml")
        try workshop.write(Self.general, "general.yaml")
        return workshop
    }

    private func lines(_ workshop: Workshop, _ name: String) throws -> [String] {
        String(decoding: try workshop.data("runs/tiny-table/" + name), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The columns of a row that a repeated run has again: all but times.
    private func stable(_ lines: [String]) -> [String] {
        let header = lines[0].split(separator: "\t").map(String.init)
        return lines.map { line in
            zip(header, line.split(separator: "\t")).filter { !["speedup", "seconds"].contains($0.0) }.map { String($0.1) }.joined(separator: "\t")
        }
    }

    @Test func aTableOfEveryObjectiveIsMadeAndGoneOnWith() throws {
        let workshop = try workshop()
        let arguments = ["compare", "table.yaml", "--progress", "lines"]
        let before = try Command.run(arguments + ["--dry-run"], in: workshop.folder)
        #expect(before.code == 0 && before.out.hasSuffix("26 of 26 students are still to be trained\n"), "\(before.out)\(before.err)")
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.out.hasPrefix("# Tiny\n\n| system | First, acc | second, acc | second test, acc | average |"), "\(outcome.out)")
        #expect(outcome.out.contains("| soft | hard | all | 2 |") && outcome.out.contains("does a teacher help?"))
        // Ten students of the first task have two seeds and two have one; two of the second have two, on two splits each.
        let rows = try lines(workshop, "rows.tsv")
        #expect(rows.count == 1 + 22 + 8 + 3 * 3)
        #expect(rows.allSatisfy { $0.split(separator: "\t", omittingEmptySubsequences: false).count == rows[0].split(separator: "\t").count })
        // One teacher, one cache, one general student for all.
        let stages = try FileManager.default.contentsOfDirectory(atPath: workshop.folder + "/runs/.stages")
        #expect(stages.count { $0.hasPrefix("finetune-") } == 1)
        #expect(stages.count { $0.hasPrefix("features-") } == 2, "all tensors for the first task; states and logits for the second, as for the general student")
        #expect(stages.count { $0.hasPrefix("distill-") } == 22 + 2 + 1, "hard is the same on both tasks, soft reads another cache; one general student")

        // Nothing is computed twice, and a row that is gone is made again, alone.
        let predictions = try lines(workshop, "predictions.tsv")
        let again = try Command.run(arguments, in: workshop.folder)
        #expect(again.code == 0 && !again.err.contains(" of 26") && again.out == outcome.out)
        let left = rows.filter { !$0.hasPrefix("first\tlrc\tdev\t2") }
        try workshop.write(left.joined(separator: "\n") + "\n", "runs/tiny-table/rows.tsv")
        try workshop.remove("runs/.stages")
        let repaired = try Command.run(arguments + ["--threads", "1"], in: workshop.folder)
        #expect(repaired.code == 0 && repaired.err.split(separator: "\n").count { $0.contains(" of 26") } == 1, "\(repaired.err)")
        #expect(Set(stable(try lines(workshop, "rows.tsv"))) == Set(stable(rows)), "a row does not depend on threads or on what was there before")
        #expect(try Set(lines(workshop, "predictions.tsv")) == Set(predictions))

        // The table alone asks for neither data nor teacher.
        try workshop.remove("data")
        try workshop.write(Self.table.replacingOccurrences(of: "first: { title: First }", with: "first: { title: First, set: { corpus: { path: \"${NOWHERE}/data\" } } }"), "table.yaml")
        let report = try Command.run(arguments + ["--report"], in: workshop.folder)
        #expect(report.code == 0, "\(report.err)")
        #expect(report.out.contains("| soft | hard | all | 2 |"))
    }

    /// A teacher that was tuned elsewhere by equal settings is another one.
    @Test func studentsOfAnotherTeacherAreNoRows() throws {
        let workshop = try workshop()
        let arguments = ["compare", "table.yaml", "--progress", "none", "--systems", "soft", "--tasks", "first"]
        #expect(try Command.run(arguments, in: workshop.folder).code == 0)
        let rows = try lines(workshop, "rows.tsv").filter { !$0.hasPrefix("first\tsoft\tdev\t2") }
        try workshop.write(rows.joined(separator: "\n") + "\n", "runs/tiny-table/rows.tsv")
        let predictions = try lines(workshop, "predictions.tsv")
        let other = predictions.map { line in
            guard line.hasPrefix("first\tteacher"), let tab = line.lastIndex(of: "\t") else { return line }
            return line[...tab] + line[line.index(after: tab)...].map { ["0": "1", "1": "2", "2": "0"][$0] ?? String($0) }.joined()
        }
        try workshop.write(other.joined(separator: "\n") + "\n", "runs/tiny-table/predictions.tsv")
        let refused = try Command.run(arguments, in: workshop.folder)
        #expect(refused.code == 1 && refused.err.contains("the teacher of 'first' differs on 12 of 12 examples of 'dev'"), "\(refused.err)")
        #expect(try lines(workshop, "rows.tsv") == rows)
        try workshop.write(predictions.joined(separator: "\n") + "\n", "runs/tiny-table/predictions.tsv")
        #expect(try Command.run(arguments, in: workshop.folder).code == 0)
        #expect(try lines(workshop, "rows.tsv").count == rows.count + 1)
    }

    @Test func aChangedSettingMakesItsRowsAnew() throws {
        let workshop = try workshop()
        let arguments = ["compare", "table.yaml", "--progress", "none", "--systems", "hard,soft", "--tasks", "first"]
        #expect(try Command.run(arguments, in: workshop.folder).code == 0)
        try workshop.write(Self.table.replacingOccurrences(of: "objective: soft }", with: "objective: soft, temperature: 3 }"), "table.yaml")
        let dry = try Command.run(arguments + ["--dry-run"], in: workshop.folder)
        #expect(dry.out.hasSuffix("2 of 4 students are still to be trained\n"), "\(dry.out)")
    }

    @Test(arguments: [
        ("pipeline: tiny.yaml", "pipeline: tyny.yaml", "table.yaml:3:11: pipeline: there is no file or folder 'tyny.yaml'"),
        ("hard: hard\n", "hard: herd\n", "hard: 'herd' is unknown; did you mean 'hard'?"),
        ("system: lrc,", "system: lcr,", "'lcr' is unknown; did you mean 'lrc'?"),
        ("lrc: { tasks: [first] }", "lrc: { tasks: [fisrt] }", "systems.lrc.tasks: 'fisrt' is unknown; did you mean 'first'?"),
        ("seeds: [1, 2]", "seeds: [1, 1]", "seeds: '1' is not a seed, or stands twice"),
        ("title: Tiny", "titel: Tiny", "unknown key; did you mean 'title'?"),
        ("objective: soft }", "objective: sotf }", "'sotf' is unknown; did you mean 'soft'?"),
        ("first: { title: First }", "first: { title: First, metrics: [acuracy] }", "'acuracy' is unknown; did you mean 'accuracy'?"),
        ("first: { title: First }", "first: { title: First, metrics: [f1] }", "'f1' cannot be computed of its labels; there are accuracy"),
        ("evaluate: { splits: [dev, test] }", "evaluate: { splits: [] }", "names no split for task 'second'"),
    ]) func aMistakeIsNamed(_ old: String, _ new: String, _ says: String) throws {
        let workshop = try workshop()
        #expect(Self.table.contains(old))
        try workshop.write(Self.table.replacingOccurrences(of: old, with: new), "table.yaml")
        let outcome = try workshop.run("compare", "table.yaml", "--dry-run")
        #expect(outcome.code == 64 && outcome.err.contains(says), "\(outcome.code) \(outcome.err)")
    }

    @Test func damagedRowsAreNamed() throws {
        let workshop = try workshop()
        for text in ["task\n", "task\tsystem\tsplit\tseed\n", "\u{FEFF}task\tsystem\n"] {
            try workshop.write(text, "runs/tiny-table/rows.tsv")
            let outcome = try workshop.run("compare", "table.yaml", "--dry-run")
            #expect(outcome.code == 1 && outcome.err.contains("rows.tsv', line 1, is no row of a table"), "\(outcome.err)")
        }
    }
}
