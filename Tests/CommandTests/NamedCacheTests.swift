import Foundation
import Testing

/// Caches that are given by name to what did not fill them.
@Suite struct NamedCacheTests {
    private static let pipeline = """
        name: cached
        features: { cache: cache }
        tokens: { vocabulary: vocab, maxLength: 12 }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { epochs: 1, batchSize: 8 }

        """

    /// With the same words in another order, and with the same vocabulary read in another way.
    private func workshop() throws -> Workshop {
        let workshop = try Workshop.copy()
        let words = String(decoding: try workshop.data("vocab/vocab.txt"), as: UTF8.self).split(separator: "\n").map(String.init)
        // Special tokens stay where they are: what a cache holds looks right by size and by form.
        try workshop.write((words.prefix(5) + words.dropFirst(5).reversed()).joined(separator: "\n") + "\n", "other/vocab.txt")
        try workshop.write(workshop.data("vocab/vocab.txt"), "cased/vocab.txt")
        try workshop.write("{\"do_lower_case\": false}", "cased/tokenizer_config.json")
        return workshop
    }

    private func fill(_ workshop: Workshop, descriptor: String = "tiny-corpus.yaml") throws {
        let outcome = try workshop.run(
            "features", "--model", "runs/tiny/finetune", "--descriptor", descriptor, "--path", "data", "--split", "train", "--layers", "1,2", "--tensors",
            "hidden,logits", "--max-length", "12", "--output", "cache", "--progress", "none")
        try #require(outcome.code == 0, "\(outcome.err)")
    }

    private func distill(_ workshop: Workshop, _ cache: String, _ vocabulary: String) throws -> Outcome {
        try workshop.run(
            "distill", "--cache", cache, "--vocabulary", vocabulary, "--student", "1,8,16,2", "--epochs", "1", "--max-length", "12", "--output", "student",
            "--progress", "none")
    }

    /// Filled by `limbeck features`, and by a pipeline.
    @Test(arguments: ["cache", "runs/tiny/features/train"])
    func anotherVocabularyIsRefusedAndTheRightOneIsTaken(_ cache: String) throws {
        let workshop = try workshop()
        try fill(workshop)
        for (vocabulary, what) in [("other", "another vocabulary"), ("cased", "a tokenizer with")] {
            let refused = try distill(workshop, cache, vocabulary)
            #expect(refused.code == 1 && !workshop.exists("student/model.safetensors"), "\(refused.err)")
            for words in ["'\(cache)'", what, "'\(vocabulary)/vocab.txt'"] { #expect(refused.err.contains(words), "\(refused.err)") }
        }
        let right = try distill(workshop, cache, "vocab")
        #expect(right.code == 0 && workshop.exists("student/model.safetensors"), "\(right.err)")
    }

    @Test func aPipelineWithAnotherVocabularyIsRefused() throws {
        let workshop = try workshop()
        try fill(workshop)
        try workshop.write(Self.pipeline, "cached.yaml")
        let refused = try workshop.run("run", "cached.yaml", "--progress", "none", "--set", "tokens.vocabulary=other")
        #expect(refused.code == 1 && !workshop.exists("runs/cached/distill"), "\(refused.err)")
        for words in ["'cache'", "another vocabulary", "'other/vocab.txt'"] { #expect(refused.err.contains(words), "\(refused.err)") }
        let right = try workshop.run("run", "cached.yaml", "--progress", "none")
        #expect(right.code == 0 && workshop.exists("runs/cached/distill/model.safetensors"), "\(right.err)")
    }

    /// The best weights are chosen by the score that is reported, though the cache has its classes in another order than the corpus.
    @Test func theBestWeightsAreJudgedByTheNamesOfClasses() throws {
        let workshop = try workshop()
        try workshop.write(Workshop.descriptor.replacingOccurrences(of: "[closure, jam, other]", with: "[closure, other, jam]"), "turned.yaml")
        try fill(workshop, descriptor: "turned.yaml")
        let pipeline = """
            name: judged
            corpus: { descriptor: tiny-corpus.yaml, path: data }
            features: { cache: cache }
            tokens: { vocabulary: vocab, maxLength: 12 }
            student: { layers: 1, hidden: 16, intermediate: 32, heads: 2, positions: 16 }
            distill: { epochs: 24, batchSize: 8, learningRate: 1.0e-2, keep: best, stages: [{ share: 1, soft: 1, hard: 3 }] }
            evaluate: { splits: [dev] }

            """
        try workshop.write(pipeline, "judged.yaml")
        let outcome = try workshop.run("run", "judged.yaml", "--progress", "lines")
        #expect(outcome.code == 0, "\(outcome.err)")
        let note = try #require(outcome.err.firstMatch(of: /the weights of step \d+ are kept, whose score on 'dev' is ([0-9.]+)/), "\(outcome.err)")
        let metrics = try JSONDecoder().decode([String: [String: Double]].self, from: workshop.data("runs/judged/evaluate/metrics.json"))
        let (accuracy, told) = (try #require(metrics["distilled dev"]?["accuracy"]), try #require(Double(note.1)))
        // Judged by places, the best that is found is what a constant reaches.
        #expect((accuracy - told).magnitude < 1e-4 && accuracy > 0.5, "\(told) was told, and \(accuracy) is measured")
    }
}
