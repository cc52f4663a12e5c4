import Foundation
import Testing

/// Teachers that a pipeline's stages would refuse are refused before any of them runs.
@Suite struct UnfitTeacherTests {
    private static let pipeline = """
        name: fixed
        corpus: { descriptor: tiny-corpus.yaml, path: data }
        tokens: { maxLength: 12 }
        teacher: { model: runs/tiny/finetune }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { epochs: 1, batchSize: 8 }

        """

    private func workshop() throws -> Workshop {
        let workshop = try Workshop.copy()
        try workshop.write(Self.pipeline, "fixed.yaml")
        return workshop
    }

    private func expectRefusal(_ workshop: Workshop, _ says: [String], _ more: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let stages = workshop.folder + "/runs/.stages"
        let before = try FileManager.default.contentsOfDirectory(atPath: stages).sorted()
        for ending in [["--dry-run"], ["--progress", "none"]] {
            let outcome = try Command.run(["run", "fixed.yaml"] + more.flatMap { ["--set", $0] } + ending, in: workshop.folder)
            #expect(outcome.code != 0 && outcome.out.isEmpty, "\(ending): \(outcome.out)\(outcome.err)", sourceLocation: sourceLocation)
            for words in says { #expect(outcome.err.contains(words), "\(ending): \(outcome.err)", sourceLocation: sourceLocation) }
            let after = try FileManager.default.contentsOfDirectory(atPath: stages).sorted()
            #expect(after == before && !workshop.exists("runs/fixed"), "\(ending)", sourceLocation: sourceLocation)
        }
    }

    /// That of Tests/BERTTests, with a vocabulary of its fifty words.
    @Test func oneWithoutAClassifier() throws {
        let workshop = try workshop()
        let teacher = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../BERTTests/Fixtures/masked").path
        try FileManager.default.copyItem(atPath: teacher, toPath: workshop.folder + "/headless")
        let words = String(decoding: try workshop.data("vocab/vocab.txt"), as: UTF8.self)
        try workshop.write(words + (16..<50).map { "w\($0)\n" }.joined(), "large/vocab.txt")
        let headless = ["teacher.model=headless", "tokens.vocabulary=large"]
        try expectRefusal(workshop, ["'headless' has no classifier"], headless)
        // States need none.
        let states = (headless + ["features.tensors=[hidden]", "distill.stages=[{ share: 1, states: 1 }]"]).flatMap { ["--set", $0] }
        let outcome = try Command.run(["run", "fixed.yaml", "--dry-run"] + states, in: workshop.folder)
        #expect(outcome.code == 0, "\(outcome.err)")
    }

    @Test func oneOfOtherClasses() throws {
        let workshop = try workshop()
        try workshop.write(Workshop.descriptor.replacingOccurrences(of: "[closure, jam, other]", with: "[closure, jam]"), "two.yaml")
        try expectRefusal(workshop, ["runs/tiny/finetune", "the data has 2 labels, and the model has 3"], ["corpus.descriptor=two.yaml"])
    }

    @Test func oneOfAnotherVocabulary() throws {
        let workshop = try workshop()
        let words = String(decoding: try workshop.data("vocab/vocab.txt"), as: UTF8.self)
        try workshop.write(words + "extra\n", "long/vocab.txt")
        try expectRefusal(workshop, ["17 tokens", "16"], ["tokens.vocabulary=long"])
    }
}
