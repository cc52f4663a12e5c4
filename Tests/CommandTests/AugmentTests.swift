import Foundation
import Testing

/// Views of examples with other words.
@Suite struct AugmentTests {
    private static let pipeline = """
        extends: tiny.yaml
        name: augmented
        augment: { views: 3, probability: 0.5, candidates: 4, seed: 7 }

        """

    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(Self.pipeline, "augmented.yaml")
        return workshop
    }

    private func stage(_ workshop: Workshop, _ name: String, in run: String = "augmented") throws -> [String: Data] {
        let target = try FileManager.default.destinationOfSymbolicLink(atPath: workshop.folder + "/runs/\(run)/" + name)
        return try workshop.contents("runs/\(target.hasPrefix("..") ? String(target.dropFirst(3)) : target)")
    }

    @Test func eachExampleHasItsViews() throws {
        let workshop = try workshop()
        let outcome = try workshop.run("run", "augmented.yaml", "--progress", "lines")
        #expect(outcome.code == 0, "\(outcome.err)")
        #expect(outcome.err.contains("no head of a masked language model; words are replaced by neighbours"), "\(outcome.err)")
        let shown = try workshop.run("inspect", "runs/augmented/features/train")
        #expect(shown.code == 0 && shown.out.contains("192"), "\(shown.out)\(shown.err)")
        let history = String(decoding: try workshop.data("runs/augmented/distill/history.jsonl"), as: UTF8.self).split(separator: "\n")
        // 48 examples and three views of each, in batches of 8, three times.
        #expect(history.count == 48 * 4 / 8 * 3)
        // The teacher learns from the examples alone.
        let tuned = String(decoding: try workshop.data("runs/augmented/finetune/history.jsonl"), as: UTF8.self).split(separator: "\n")
        #expect(tuned.count == 48 / 8 * 20)

        // The same views whatever the threads; others by another seed; none where the section does not stand.
        let again = try self.workshop()
        #expect(try again.run("run", "augmented.yaml", "--progress", "none", "--threads", "1", "--until", "augment").code == 0)
        #expect(try stage(workshop, "augment") == stage(again, "augment"))
        #expect(try again.run("run", "augmented.yaml", "--progress", "none", "--until", "augment", "--set", "augment.seed=8", "--set", "name=other").code == 0)
        #expect(try stage(again, "augment") != stage(again, "augment", in: "other"))
        let plain = try workshop.run("run", "tiny.yaml", "--dry-run")
        #expect(!plain.out.contains("augment"))
    }

    /// What the cache will take is not told of the examples alone.
    @Test func theViewsCountInADryRun() throws {
        let workshop = try workshop()
        #expect(try workshop.run("run", "augmented.yaml", "--until", "tokens", "--progress", "none").code == 0)
        #expect(try workshop.run("run", "augmented.yaml", "--dry-run").out.contains("on disk for a sequence of 12"))
        #expect(try workshop.run("run", "augmented.yaml", "--until", "augment", "--progress", "none").code == 0)
        let known = try workshop.run("run", "augmented.yaml", "--dry-run").out
        #expect(known.contains("on disk (hidden") && !known.contains("for a sequence"), "\(known)")
    }

    @Test func whatHasNoUseIsRefused() throws {
        let workshop = try workshop()
        let masked = try workshop.run("run", "augmented.yaml", "--set", "augment.from=mlm", "--progress", "none")
        #expect(masked.code == 1 && masked.err.contains("has no head of a masked language model (cls.predictions)"), "\(masked.err)")
        let word = try workshop.run("run", "augmented.yaml", "--set", "augment.from=glove", "--dry-run")
        #expect(word.code == 64 && word.err.contains("'glove' is unknown"), "\(word.err)")
    }
}
