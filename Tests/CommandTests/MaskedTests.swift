import Foundation
import Testing

/// DistilBERT as published: from a teacher that predicts masked words, over copies in which words are masked.
@Suite struct MaskedTests {
    private static let pipeline = """
        name: masked
        corpus: { descriptor: tiny-corpus.yaml, path: data }
        tokens: { vocabulary: large, maxLength: 12 }
        teacher: { model: teacher }
        mask: { copies: 2, draws: 8, seed: 3 }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
        distill: { objective: distilbert, mlm: on, epochs: 3, batchSize: 8, learningRate: 5.0e-3, checkpointSteps: 2 }
        export: { format: huggingface }

        """
    /// After that, without the teacher.
    private static let tuned = """
        name: tuned
        corpus: { descriptor: tiny-corpus.yaml, path: data }
        tokens: { vocabulary: large, maxLength: 12 }
        teacher: { model: teacher }
        student: { from: masked.yaml }
        distill: { objective: hard, epochs: 20, batchSize: 8, learningRate: 5.0e-3 }
        evaluate: { splits: [dev] }

        """

    /// With the teacher of Tests/BERTTests, which transformers wrote, and a vocabulary of its fifty words.
    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        let teacher = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../BERTTests/Fixtures/masked").path
        try FileManager.default.copyItem(atPath: teacher, toPath: workshop.folder + "/teacher")
        let words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + Workshop.words + ["closed", "queue", "fog"]
        try workshop.write((words + (words.count..<50).map { "w\($0)" }).joined(separator: "\n") + "\n", "large/vocab.txt")
        try workshop.write(Self.pipeline, "masked.yaml")
        try workshop.write(Self.tuned, "tuned.yaml")
        return workshop
    }

    private func history(_ workshop: Workshop) throws -> [[String: Any]] {
        try String(decoding: workshop.data("runs/masked/distill/history.jsonl"), as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }

    @Test func aStudentLearnsMaskedWords() throws {
        let workshop = try workshop()
        let estimate = try workshop.run("run", "masked.yaml", "--dry-run")
        #expect(estimate.code == 0 && estimate.out.contains("mask") && estimate.out.contains("words "), "\(estimate.out)\(estimate.err)")
        let outcome = try workshop.run("run", "masked.yaml", "--progress", "none")
        #expect(outcome.code == 0, "\(outcome.err)")
        let records = try history(workshop)
        // 48 examples and two copies of each, in batches of 8, three times.
        #expect(records.count == 48 * 2 / 8 * 3)
        func mean(_ key: String, _ range: Range<Int>) -> Double { range.reduce(0.0) { $0 + (records[$1][key] as? Double ?? .nan) } / Double(range.count) }
        #expect(mean("hard", 24..<36) < mean("hard", 0..<6))
        #expect(records.allSatisfy { $0["contrastive"] as? Double != 0 && $0["soft"] as? Double != 0 })
        let shown = try workshop.run("inspect", "runs/masked/features/train")
        #expect(shown.code == 0 && shown.out.contains("96"), "\(shown.out)\(shown.err)")
        #expect(try workshop.run("export", "runs/masked/features", "--safetensors", "flat.safetensors").code == 0)
        let flat = try Tensors(workshop.data("flat.safetensors"))
        let tokens = flat.integers("ids").count
        #expect(flat.shape("words") == [tokens, 8] && flat.shape("entropy") == [tokens] && flat.integers("tag").contains { $0 >= 0 })
        #expect(try workshop.run("export", "runs/masked/features", "--jsonl", "lines.jsonl", "--progress", "none").code == 0)
        let model = try #require(try JSONSerialization.jsonObject(with: workshop.data("runs/masked/export/config.json")) as? [String: Any])
        #expect(model["architectures"] as? [String] == ["BertForMaskedLM"])

        // The same student whatever the threads, and of a run in two parts.
        let again = try self.workshop()
        #expect(try again.run("run", "masked.yaml", "--progress", "none", "--threads", "1", "--until", "mask").code == 0)
        #expect(try again.run("run", "masked.yaml", "--progress", "none", "--threads", "1").code == 0)
        #expect(try workshop.data("runs/masked/distill/model.safetensors") == again.data("runs/masked/distill/model.safetensors"))

        // Texts without labels, packed.
        let packed = try workshop.run(
            "run", "masked.yaml", "--progress", "none", "--set", "name=packed", "--set", "corpus=[{ descriptor: tiny-corpus.yaml, path: data }]")
        #expect(packed.code == 0, "\(packed.err)")

        let tuned = try workshop.run("run", "tuned.yaml", "--progress", "none")
        #expect(tuned.code == 0 && tuned.out.contains("distilled"), "\(tuned.out)\(tuned.err)")
    }

    /// The head that predicts words is the student's, too; of a rate of 0 nothing moves.
    @Test func aHeadOfWordsGoesOn() throws {
        let workshop = try workshop()
        try workshop.write("extends: masked.yaml\nname: second\nstudent: { from: masked.yaml }\ndistill: { epochs: 1, learningRate: 0 }\n", "second.yaml")
        for pipeline in ["masked.yaml", "second.yaml"] {
            let outcome = try workshop.run("run", pipeline, "--progress", "none", "--until", "distill")
            #expect(outcome.code == 0, "\(outcome.err)")
        }
        let first = try Tensors(workshop.data("runs/masked/distill/model.safetensors"))
        let second = try Tensors(workshop.data("runs/second/distill/model.safetensors"))
        let head = ["bias", "transform.dense.weight", "transform.dense.bias", "transform.LayerNorm.weight", "transform.LayerNorm.bias"]
        for name in head.map({ "cls.predictions." + $0 }) {
            let values = second.floats(name)
            #expect(!values.isEmpty && values == first.floats(name), "\(name)")
        }
    }

    /// The cache of the one pipeline serves another, which has the same temperature.
    @Test func aCacheOfMaskedWordsIsNamed() throws {
        let workshop = try workshop()
        #expect(try workshop.run("run", "masked.yaml", "--progress", "none", "--until", "features").code == 0)
        let cached = """
            name: cached
            features: { cache: runs/masked/features/train }
            tokens: { vocabulary: large, maxLength: 12 }
            student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }
            distill: { objective: distilbert, epochs: 1, batchSize: 8 }

            """
        try workshop.write(cached, "cached.yaml")
        let fits = try workshop.run("run", "cached.yaml", "--progress", "none")
        #expect(fits.code == 0, "\(fits.err)")
        let other = try workshop.run("run", "cached.yaml", "--progress", "none", "--set", "distill.temperature=3")
        #expect(other.code == 1 && other.err.contains("drawn at temperature 2"), "\(other.err)")
        let whole = try workshop.run("run", "cached.yaml", "--progress", "none", "--set", "distill.mlm=off")
        #expect(whole.code == 1 && whole.err.contains("the cache is of masked words"), "\(whole.err)")
        let lrc = try workshop.run("run", "cached.yaml", "--progress", "none", "--set", "distill.objective=mse", "--set", "distill.stages=[{ share: 1, states: 1 }]")
        #expect(lrc.code == 1 && lrc.err.contains("the cache is of masked words"), "\(lrc.err)")
    }

    @Test(arguments: [
        (["teacher.finetune.epochs=1"], "drops the head of a masked language model"),
        (["teacher.model=headless"], "'headless' has no head of a masked language model (cls.predictions)"),
        (["distill.mlm=off"], "has no effect without `distill: { objective: distilbert, mlm: on }`"),
        (["distill.mlm=maybe"], "'maybe' is neither on, as published, nor off"),
        (["baseline.objective=hard"], "one of them learns from masked words, and the other does not"),
        (["baseline.temperature=3"], "has another temperature than `distill`"),
        (["evaluate.splits=[dev]"], "a student of masked words has none"),
        (["distill.stages=[{ share: 1, hard: 1 }]"], "has hard losses alone"),
        (["mask.copies=0"], "mask.copies"),
        (["mask.copy=2"], "copy"),
        (["features.tensors=[hidden]"], "lack 'words', which `distill` needs"),
    ])
    func whatCannotBeLearntIsRefused(settings: [String], problem: String) throws {
        let workshop = try workshop()
        let headless = workshop.folder + "/headless"
        try FileManager.default.copyItem(atPath: workshop.folder + "/teacher", toPath: headless)
        // Of equal size, so that the offsets of the tensors stay.
        var weights = try Data(contentsOf: URL(filePath: headless + "/model.safetensors"))
        while let range = weights.range(of: Data("cls.predictions.".utf8)) { weights.replaceSubrange(range, with: Data("cls.seq_relation".utf8)) }
        try weights.write(to: URL(filePath: headless + "/model.safetensors"))
        let outcome = try Command.run(["run", "masked.yaml", "--dry-run"] + settings.flatMap { ["--set", $0] }, in: workshop.folder)
        #expect(outcome.code == 64 && outcome.err.contains(problem), "\(outcome.code) \(outcome.err)")
    }
}
