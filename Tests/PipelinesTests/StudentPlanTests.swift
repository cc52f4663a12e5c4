import TestSupport
import Testing

@testable import Pipelines

/// What students depend on beside their settings, and what is asked of teachers whom nothing compares them with.
@Suite struct StudentPlanTests {
    // MARK: A named cache

    /// Token ids of a cache mean what the vocabulary beside it says.
    @Test func theStudentOfACacheFollowsItsVocabulary() throws {
        let bench = try Bench()
        try bench.fillCache("cache")
        let text = """
            tokens: { vocabulary: vocab }
            features: { cache: cache }
            student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }
            distill: {}
            baseline: { objective: hard }

            """
        let first = try bench.plans(text)
        #expect(first.map(\.name) == ["baseline", "distill"])
        for (name, contents) in [
            ("vocab/vocab.txt", Bench.vocabulary.replacing("a\nb\n", with: "b\na\n")), ("vocab/tokenizer_config.json", #"{ "do_lower_case": false }"#),
        ] {
            try bench.write(contents, name)
            #expect(try differing(first, bench.plans(text)) == ["baseline", "distill"], "\(name)")
            try bench.write(Bench.vocabulary, "vocab/vocab.txt")
        }
        try bench.remove("vocab/tokenizer_config.json")
        #expect(try differing(first, bench.plans(text)) == [])
        try bench.move("vocab/vocab.txt", to: "words.txt")
        #expect(try differing(first, bench.plans(text, set: ["tokens.vocabulary=\(bench.path)/words.txt"])) == [])
    }

    // MARK: A transfer set

    /// Its states are centred by statistics of their own: a student of before they were is another.
    @Test func aStudentOfATransferSetSaysWhoseStatisticsItHas() throws {
        let bench = try Bench()
        let transfer = "transfer: [{ descriptor: corpus.yaml, path: data, split: test }]\n"
        func text(_ distill: String) -> String {
            Bench.pipeline.replacing("distill: {}", with: "distill: { stages: [\(distill)] }")
                .replacing("objective: hard,", with: "objective: lrc, stages: [{ share: 1, states: 1, hard: 1 }],")
        }
        let (own, other) = ("{ share: 1, states: 1, hard: 1 }", "{ share: 0.5, states: 1, from: transfer }, { share: 0.5, states: 1, hard: 1 }")
        let plans = try bench.plans(text(other) + transfer)
        let features = try #require(plans.first { $0.name == "transfer-features" })
        let inputs = try #require(plans.first { $0.name == "distill" }).inputs
        #expect(inputs.contains(StagePlan.Input(name: "transfer", value: features.fingerprint)))
        #expect(inputs.contains(StagePlan.Input(name: "transfer.statistics", value: "its own")))
        // One that has no stage of it beside that student stays what it was.
        let before = try bench.plans(text(own))
        #expect(differing(before, plans) == ["transfer", "transfer-features", "distill", "evaluate", "export"])
        for plan in before { #expect(!plan.inputs.contains { $0.name.hasPrefix("transfer") }, "\(plan.name)") }
    }

    // MARK: States that nothing compares

    private static let random = """
        corpus: { descriptor: corpus.yaml, path: data }
        tokens: { vocabulary: vocab }
        teacher: { architecture: { layers: 2, hidden: 8, intermediate: 16, heads: 2 }, finetune: {} }
        evaluate: { splits: [dev] }

        """

    /// Heads, layers and widths are matters of the loss of states.
    @Test(arguments: [
        ("tinybert", "layers: 1, hidden: 8, intermediate: 16, heads: 4", "compares attention head by head"),
        ("tinybert", "layers: 3, hidden: 8, intermediate: 16, heads: 2", "a student of 3 layers and a teacher of 2"),
        ("lrc", "layers: 3, hidden: 8, intermediate: 16, heads: 2", "a student of 3 layers and a teacher of 2"),
        ("relation", "layers: 1, hidden: 9, intermediate: 16, heads: 3", "3 heads do not split the teacher's width of 8"),
    ]) func aStudentOfLogitsAloneNeedNotFitTheTeachersStates(_ objective: String, _ student: String, _ problem: String) throws {
        let bench = try Bench()
        func text(_ weights: String) -> String {
            Self.random + "student: { \(student) }\ndistill: { objective: \(objective), stages: [{ share: 1, \(weights) }] }\n"
        }
        #expect(refusal { try bench.pipeline(text("states: 1, soft: 1")) }.contains(problem))
        let pipeline = try bench.pipeline(text("soft: 1, hard: 1"))
        #expect(pipeline.plans.map(\.name) == ["tokens", "finetune", "features", "distill", "evaluate"])
        for name in ["finetune", "features", "distill"] {
            let plan = try #require(pipeline.plan(name))
            #expect(try #require(try pipeline.memoryEstimate(plan)) > 0, "\(name)")
            #expect(try (pipeline.diskEstimate(plan) != nil) == (name == "features"))
        }
    }

    /// Laid over a pipeline, a section with nothing in it keeps what stands there.
    @Test func anEmptySectionChangesNothing() throws {
        let bench = try Bench()
        let text = Bench.least + "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\ndistill: { epochs: 3, objective: mse }\n"
        let before = try bench.plans(text)
        #expect(try bench.plans(text, set: ["distill=", "student="]) == before)
        #expect(try bench.plans(text, set: ["distill={}"]) == before)
    }

    @Test func aFolderOfOthersIsNotFilledWithShards() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        try folder.write("kernels", to: "begun/arithmetic.txt")
        try folder.write("mine", to: "mine/notes.txt")
        try folder.write("mine", to: "grown/notes.txt")
        try folder.write("", to: "grown/journal.jsonl")
        for name in ["absent", "begun", "grown"] { try ShardOutput.check(folder.path + "/" + name, command: "features") }
        #expect(refusal { try ShardOutput.check(folder.path + "/mine", command: "features") }.contains("holds other files ('notes.txt')"))
    }

    // MARK: A teacher that no stage could use

    @Test func aTeacherIsLookedAtBeforeTheWork() throws {
        let bench = try Bench()
        let text = Bench.least + "features: {}\n"
        func check(_ overrides: [String] = [], until: String? = nil) -> String { refusal { try bench.pipeline(text, set: overrides).checkTeacher(until: until) } }
        // Weights that are none.
        #expect(check().contains("teacher/model.safetensors"))
        #expect(check(until: "tokens") == "", "it is not asked yet")
        try bench.saveTeacher(classes: [])
        #expect(check().contains("/teacher' has no classifier, and logits are cached"))
        #expect(check(["features.tensors=[hidden]"]) == "")
        #expect(check(["teacher.finetune={}"]) == "", "it is given one")
        try bench.saveTeacher(classes: ["no", "yes"])
        #expect(check().contains("the model has no label 'ham'"))
        #expect(check(["teacher.labels=[spam, ham]"]) == "")
        try bench.saveTeacher(words: 9)
        #expect(check().contains("has 7 tokens, the teacher has embeddings for 9"))
        try bench.saveTeacher()
        #expect(check() == "")
    }

    @Test func aTeacherIsLookedAtForTheStagesThatRun() throws {
        let bench = try Bench()
        try bench.saveTeacher(classes: [])
        let student = "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\n"
        try bench.write(Bench.least + student + "distill: {}\n", "prior.yaml")
        let augmented = try bench.pipeline(Bench.least + student + "augment: { views: 1, from: embeddings }\ndistill: {}\n")
        #expect(refusal { try augmented.checkTeacher(until: "augment") } == "")
        #expect(refusal { try augmented.checkTeacher(until: "features") }.contains("has no classifier"))
        // That of a pipeline whose student another goes on from is looked at before either runs.
        let later = try bench.pipeline(
            Bench.least.replacing("{ model: teacher }", with: "{ model: teacher, finetune: {} }") + "student: { from: prior.yaml }\ndistill: {}\n")
        for stage in ["distill", nil] { #expect(refusal { try later.checkTeacher(until: stage) }.contains("has no classifier"), "\(stage ?? "-")") }
        #expect(refusal { try later.checkTeacher(until: "features") } == "")
    }
}
