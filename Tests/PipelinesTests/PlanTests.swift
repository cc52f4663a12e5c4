import Features
import TestSupport
import Testing

@testable import Pipelines

/// An assignment, and the stages whose fingerprints follow it.
struct Change: Sendable, CustomTestStringConvertible {
    var assignment: String
    var stages: Set<String>

    var testDescription: String { assignment }
    var key: String { String(assignment.prefix { $0 != "=" }) }
}

/// A file with other contents, and the stages whose fingerprints follow it.
struct FileChange: Sendable, CustomTestStringConvertible {
    var file: String
    var text: String
    var stages: Set<String>

    var testDescription: String { file }
}

private let distilled: Set = ["distill", "evaluate", "export"]
private let students: Set = ["baseline", "distill", "evaluate", "export"]
private let cached: Set = ["features", "distill", "evaluate", "export"]
private let tuned: Set = ["finetune", "features", "distill", "evaluate", "export"]
private let everything: Set = ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"]

private func changes(_ prefix: String, _ assignments: [String], _ stages: Set<String>) -> [Change] {
    assignments.map { Change(assignment: prefix + $0, stages: stages) }
}

/// One setting after another.
private let settings =
    changes("", ["name=other"], [])
    + changes("", ["seed=7"], students)
    + changes("corpus.", ["rejects=3"], [])
    + changes("tokens.", ["maxLength=64", "shuffleSeed=1", "lowercase=false"], everything)
    + changes("teacher.finetune.", ["epochs=1", "batchSize=8", "learningRate=1.0e-3", "warmup=0", "weightDecay=0", "clip=2", "seed=1"], tuned)
    + changes("teacher.finetune.", ["checkpointSteps=9"], [])
    // The teacher learns from the examples alone.
    + changes(
        "augment.", ["views=3", "probability=0.1", "candidates=2", "seed=1", "from=embeddings"],
        ["augment", "features", "baseline", "distill", "evaluate", "export"])
    + changes("features.", ["layers=[1]", "precision=float16", "shardMebibytes=1"], cached)
    + changes("student.", ["hidden=16", "intermediate=8", "heads=4", "positions=256", "dropout=0", "init=random"], students)
    // One teacher layer more is read.
    + changes("student.", ["layers=2"], students.union(["features"]))
    + changes(
        "distill.",
        [
            "objective=hard", "cosine=cls", "negatives.count=3", "negatives.leaveOut=[label]", "window=1", "contrastWeight=0", "temperature=2", "normalise=centre",
            "projection=shared", "perturbation=off", "epochs=5", "batchSize=8", "learningRate=1.0e-3", "warmup=0", "weightDecay=0",
            "clip=2", "head=probe", "stages=[{ share: 1, hard: 1 }]",
        ], distilled)
    + changes("distill.", ["checkpointSteps=9", "negatives.from=batch", "head=idle"], [])
    + changes(
        "baseline.",
        [
            "objective=lrc", "epochs=5", "batchSize=8", "learningRate=1.0e-2", "warmup=0.5", "weightDecay=0.5", "clip=3", "perturbation=raw",
        ],
        ["baseline", "evaluate"])
    + changes("baseline.", ["checkpointSteps=9"], [])
    + changes("teacher.finetune.", ["keep=best"], tuned)
    // A baseline takes it over, where it says nothing of its own.
    + changes("distill.", ["keep=best"], students)
    + changes("baseline.", ["keep=best"], ["baseline", "evaluate"])
    + changes("evaluate.", ["splits=[dev, test]", "splits=[test]", "splits=[train]"], ["tokens", "evaluate"])
    + changes("export.", ["format=huggingface"], [])

/// Settings that a baseline without a teacher has no use for.
private let useless = [
    "cosine=cls", "negatives.count=3", "negatives.from=batch", "negatives.leaveOut=[label]", "window=1", "contrastWeight=0", "temperature=2",
    "normalise=centre", "projection=shared", "head=probe", "stages=[{ share: 1, hard: 1 }]",
]

/// Settings of one objective alone.
private let ownSettings: [(objective: String, assignment: String)] = [
    ("lrc", "layers=[1, 1]"), ("mse", "layers=[2, 2]"), ("pkd", "layers=[2]"), ("pkd", "layers=last"), ("pkd", "normalise=centre"),
    ("pkd", "klReduction=pkd"), ("relation", "relationHeads=1"), ("infonce", "tau=1"), ("infonce", "cosine=cls"),
    ("infonce", "normalise=none"), ("infonce", "negatives.count=3"), ("mse", "projection=shared"), ("mse", "matchGradient=true"),
]

/// What is written out, and was so before.
private let unchanged = changes(
    "",
    [
        "seed=42", "corpus.rejects=100", "tokens.maxLength=128", "tokens.shuffleSeed=0", "tokens.lowercase=true",
        "teacher.finetune.epochs=4", "features.layers=uniform", "features.layers=[2]", "features.tensors=[logits, hidden]",
        "student.positions=512", "distill.epochs=90", "distill.learningRate=0.0001", "distill.perturbation={ kind: raw }",
        "distill.temperature=1.10", "evaluate.splits=[dev]",
    ], [])

private let architecture = changes(
    "teacher.architecture.", ["layers=3", "hidden=16", "intermediate=8", "heads=4", "positions=256", "dropout=0"], tuned)

private let packed: Set = ["tokens", "features", "distill", "export"]

/// One after another, where texts are packed.
private let texts =
    changes(
        "corpus.",
        [
            "namespaces=[0, 1]", "language=de", "minBytes=5", "disambiguations=false", "captions=true", "tables=true", "math=true",
            "code=true", "variants=[zh-tw]",
        ], packed.union(["corpus"]))
    + changes("corpus.", ["acceptDamage=true", "namespaces=[0]", "minBytes=1", "variants=[]"], [])
    + changes("tokens.", ["shuffleSeed=1", "maxLength=64", "lowercase=false"], packed)
    + changes("tokens.", ["pack=true"], [])
    + changes("", ["seed=7"], ["distill", "export"])

private let contents = [
    FileChange(file: "data/train.tsv", text: Bench.table + "2\ta\tham\n", stages: everything),
    FileChange(file: "data/dev.tsv", text: Bench.table + "2\ta\tham\n", stages: ["tokens", "evaluate"]),
    FileChange(file: "data/test.tsv", text: Bench.table + "2\ta\tham\n", stages: []),
    FileChange(file: "corpus.yaml", text: Bench.descriptor + "description: letters\nlicence: none\n", stages: []),
    FileChange(file: "corpus.yaml", text: Bench.descriptor + "unlabelledMarks: [\"-\"]\n", stages: everything),
    FileChange(file: "corpus.yaml", text: Bench.descriptor.replacing("[ham, spam]", with: "[spam, ham]"), stages: everything),
    FileChange(file: "corpus.yaml", text: Bench.descriptor.replacing("text: text", with: "text: id"), stages: everything),
    FileChange(
        file: "corpus.yaml", text: Bench.descriptor + "overrides: { dev: { columns: { text: id, label: label } } }\n",
        stages: ["tokens", "evaluate"]),
    FileChange(file: "vocab/vocab.txt", text: Bench.vocabulary + "c\n", stages: everything),
    FileChange(file: "vocab/tokenizer_config.json", text: "{}", stages: []),
    FileChange(file: "vocab/tokenizer_config.json", text: #"{ "do_lower_case": false }"#, stages: everything),
    FileChange(file: "vocab/tokenizer_config.json", text: #"{ "strip_accents": false }"#, stages: everything),
    // Found literally in raw text, so that it decides ids.
    FileChange(file: "vocab/tokenizer_config.json", text: #"{ "mask_token": "a" }"#, stages: everything),
    FileChange(file: "teacher/config.json", text: Bench.configuration(layers: 2) + "\n", stages: tuned),
    FileChange(file: "teacher/model.safetensors", text: "other weights", stages: tuned),
    FileChange(file: "teacher/README.md", text: "A teacher.", stages: []),
    FileChange(file: "teacher/vocab.txt", text: Bench.vocabulary + "c\n", stages: []),
    FileChange(file: "start/config.json", text: Bench.configuration(layers: 1) + "\n", stages: students),
    FileChange(file: "start/model.safetensors", text: "other weights", stages: students),
]

@Suite struct PlanTests {
    /// Of fewer layers than its teacher.
    private static let student = "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }\n"

    @Test(arguments: settings + unchanged) func aSettingReachesTheStagesThatDependOnIt(_ change: Change) throws {
        let bench = try Bench()
        #expect(try differing(bench.plans(), bench.plans(set: [change.assignment])) == change.stages)
    }

    @Test(arguments: useless) func aSettingWithoutEffectIsRefused(_ assignment: String) throws {
        let bench = try Bench()
        #expect(refusal { try bench.plans(set: ["baseline.\(assignment)"]) }.contains("has no effect with objective 'hard'"))
    }

    @Test(arguments: ownSettings) func aSettingOfAnObjectiveReachesItsStudent(_ objective: String, _ assignment: String) throws {
        let bench = try Bench()
        for section in ["distill", "baseline"] {
            let set = ["features.layers=[1, 2]", "features.tensors=[hidden, qkv, logits]", "student.init=random", "student.layers=2", "\(section).objective=\(objective)"]
            let found = try differing(bench.plans(set: set), bench.plans(set: set + ["\(section).\(assignment)"]))
            #expect(found == (section == "distill" ? distilled : ["baseline", "evaluate"]))
        }
    }

    /// Queries, keys and values are kept of one layer: a cache for another ends there.
    @Test func theLayerOfARelationIsTheLastThatIsCached() throws {
        let bench = try Bench()
        let set = ["distill.objective=relation", "distill.layer=1"]
        #expect(try differing(bench.plans(set: ["distill.objective=relation"]), bench.plans(set: set)) == cached.union(distilled))
        #expect(refusal { try bench.plans(set: set + ["features.layers=[1, 2]"]) }.contains("let features.layers end with 1"))
        #expect(refusal { try bench.plans(set: set + ["distill.layer=3"]) } == "distill.layer: layer 3 is asked for, the teacher has 2")
    }

    @Test(arguments: architecture) func anArchitectureReachesWhatItsTeacherDoes(_ change: Change) throws {
        let bench = try Bench()
        let text = Bench.pipeline.replacing("model: teacher", with: "architecture: { layers: 2, hidden: 8, intermediate: 16, heads: 2 }")
        #expect(try differing(bench.plans(text), bench.plans(text, set: [change.assignment])) == change.stages)
    }

    @Test(arguments: texts) func aSettingOfTextsReachesTheStagesThatDependOnIt(_ change: Change) throws {
        let bench = try Bench()
        #expect(try differing(bench.plans(Bench.texts), bench.plans(Bench.texts, set: [change.assignment])) == change.stages)
    }

    @Test func textsReachTheStagesThatReadThem() throws {
        let bench = try Bench()
        let list = Bench.texts.replacing(
            "{ wikipedia: dump.xml }", with: "[{ wikipedia: dump.xml }, { descriptor: corpus.yaml, path: data, split: dev }]")
        let before = try bench.plans(list)
        #expect(try differing(before, bench.plans(Bench.texts)) == packed)
        try bench.write(Bench.table + "2\ta\tham\n", "data/dev.tsv")
        #expect(try differing(before, bench.plans(list)) == packed)
        try bench.write("<mediawiki></mediawiki>", "dump.xml")
        #expect(try differing(before, bench.plans(list)) == packed.union(["corpus"]))
        let split = list.replacing("split: dev", with: "split: train")
        #expect(try differing(bench.plans(list), bench.plans(split)) == packed)
    }

    /// A run, its student or a model's folder; with the projections or without.
    @Test func aStudentGoesOnFromAnother() throws {
        let bench = try Bench()
        let text = Bench.least + "student: { from: run }\ndistill: {}\n"
        try bench.write(Bench.configuration(layers: 1), "run/distill/config.json")
        try bench.write("weights", "run/distill/model.safetensors")
        let settings = try bench.settings(text)
        #expect(settings.student.architecture.layers == 1 && settings.student.architecture.hidden == 8 && settings.student.takesProjections)
        #expect(settings.student.start == .folder(bench.path + "/run/distill"))
        let before = try bench.plans(text)
        #expect(try differing(before, bench.plans(text, set: ["student.from=\(bench.path)/run/distill"])) == [])
        try bench.write("projections", "run/distill/projections.safetensors")
        let with = try bench.plans(text)
        #expect(differing(before, with) == ["distill"])
        #expect(try differing(before, bench.plans(text, set: ["student.projections=false"])) == [])
        // An overlay goes on from a run, whatever student the file below has.
        try bench.write(Bench.least + Self.student + "distill: {}\n", "below.yaml")
        #expect(try bench.settings("extends: below.yaml\nstudent: { from: run }\n").student == settings.student)
        #expect(refusal { try bench.settings(Bench.least + "student: { from: run, layers: 2 }\n") }.contains("has no effect beside 'from'"))
        #expect(refusal { try bench.settings(Bench.least + "student: { from: data }\n") }.contains("neither a run with a student"))
    }

    @Test func aTransferSetReachesStudentsThatUseIt() throws {
        let bench = try Bench()
        let text = Bench.pipeline.replacing("distill: {}", with: "distill: { stages: [{ share: 0.5, states: 1, from: transfer }, { share: 0.5, hard: 1 }] }")
            + "transfer: [{ wikipedia: dump.xml, minBytes: 2 }, { descriptor: corpus.yaml, path: data, split: test }]\n"
        let before = try bench.plans(text)
        #expect(try differing(bench.plans(), before) == ["corpus", "transfer", "transfer-features", "distill", "evaluate", "export"])
        let others: Set = ["corpus", "transfer", "transfer-features", "distill", "evaluate", "export"]
        #expect(try differing(before, bench.plans(text.replacing("minBytes: 2", with: "minBytes: 3"))) == others)
        #expect(try differing(before, bench.plans(text.replacing("split: test", with: "split: dev"))) == others.subtracting(["corpus"]))
        #expect(try differing(before, bench.plans(text, set: ["features.precision=float16"])) == cached.union(["transfer-features"]))
        #expect(try differing(before, bench.plans(text, set: ["tokens.maxLength=64"])) == everything.union(["transfer", "transfer-features"]))
    }

    @Test func masksReachWhatIsMadeOfThem() throws {
        let bench = try Bench()
        func reached(_ setting: String) throws -> Set<String> { try differing(bench.plans(Bench.masked), bench.plans(Bench.masked, set: [setting])) }
        for setting in ["mask.copies=2", "mask.probability=0.3", "mask.seed=1"] {
            #expect(try reached(setting) == ["mask", "features", "distill", "export"], "\(setting)")
        }
        for setting in ["mask.draws=8", "distill.temperature=3", "features.precision=float16"] {
            #expect(try reached(setting) == ["features", "distill", "export"], "\(setting)")
        }
        #expect(try reached("distill.epochs=7") == ["distill", "export"])
        #expect(try bench.settings(Bench.masked).features.tensors == [.hidden, .words])
    }

    @Test func noSettingIsForgotten() throws {
        // Paths, behind which contents count, and what is tried below with other pipelines.
        let others: Set = [
            "extends", "corpus.descriptor", "corpus.path", "tokens.vocabulary", "teacher.model", "teacher.labels", "features.tensors",
            "features.cache", "distill.negatives.size", "baseline.negatives.size", "corpus", "corpus.wikipedia", "corpus.split",
            "student.from", "student.projections", "student.initLayers", "distill.mlm", "baseline.mlm", "distill.layer", "baseline.layer",
            "mask.copies", "mask.probability", "mask.draws", "mask.seed", "transfer",
        ]
        let own = ownSettings.flatMap { setting in ["distill.", "baseline."].map { $0 + setting.assignment.prefix { $0 != "=" } } }
        let tried = Set((settings + architecture + texts).map(\.key)).union(own).union(useless.map { "baseline." + $0.prefix { $0 != "=" } })
        let keys = try Schema().values().keys.filter { !$0.contains("[]") && !$0.contains("perturbation.") }
        #expect(tried.union(others).symmetricDifference(keys) == [])
    }

    @Test(arguments: contents) func aFilesContentsReachTheStagesThatReadIt(_ change: FileChange) throws {
        let bench = try Bench()
        let before = try bench.plans()
        try bench.write(change.text, change.file)
        #expect(try differing(before, bench.plans()) == change.stages)
    }

    @Test func whatDistillSaysReachesABaselineThatSaysNothing() throws {
        let bench = try Bench()
        let text = Bench.least + Self.student + "distill: {}\nbaseline: { objective: hard }\n"
        #expect(try differing(bench.plans(text), bench.plans(text, set: ["distill.epochs=5"])) == ["baseline", "distill"])
        #expect(try differing(bench.plans(text), bench.plans(text, set: ["distill.temperature=5"])) == ["distill"])
    }

    @Test func statedLabelsReachWhatReadsTheTeachersLogits() throws {
        let bench = try Bench()
        let text = Bench.pipeline.replacing(", finetune: {}", with: "")
        #expect(try differing(bench.plans(text), bench.plans(text, set: ["teacher.labels=[spam, ham]"])) == cached)
        let (comma, two) = ("teacher.labels=[\"spam,ham\"]", "teacher.labels=[spam, ham]")
        #expect(try differing(bench.plans(text, set: [comma]), bench.plans(text, set: [two])) == cached)
    }

    @Test func theSizeOfABankReachesItsStudent() throws {
        let bench = try Bench()
        func plans(_ size: Int) throws -> [StagePlan] {
            try bench.plans(set: ["distill.cosine=cls", "distill.negatives={ from: bank, size: \(size) }"])
        }
        #expect(try differing(plans(9), plans(10)) == distilled)
    }

    @Test func logitsReachWhatTheirCacheDoes() throws {
        let bench = try Bench()
        let text = Bench.pipeline.replacing("distill: {}", with: "distill: { stages: [{ share: 1, contrastive: 1, hard: 1 }] }")
        #expect(try differing(bench.plans(text), bench.plans(text, set: ["features.tensors=[hidden]"])) == cached)
    }

    // MARK: Places

    @Test func aFolderCanBeMovedAsAWhole() throws {
        let (here, there) = (try Bench(), try Bench())
        #expect(here.path != there.path)
        #expect(try differing(here.plans(), there.plans()) == [])
    }

    @Test func whatAPipelineNamesCanStandElsewhere() throws {
        let bench = try Bench()
        let before = try bench.plans()
        let moved = [
            ("corpus.yaml", "elsewhere/letters.yaml"), ("data/train.tsv", "elsewhere/rows/train.tsv"), ("data/dev.tsv", "elsewhere/rows/dev.tsv"),
            ("vocab/vocab.txt", "elsewhere/words.txt"), ("teacher/config.json", "elsewhere/model/config.json"),
            ("teacher/model.safetensors", "elsewhere/model/model.safetensors"),
            ("start/config.json", "elsewhere/first/config.json"), ("start/model.safetensors", "elsewhere/first/model.safetensors"),
        ]
        for (old, new) in moved { try bench.move(old, to: new) }
        let places = [
            ("corpus.descriptor", "letters.yaml"), ("corpus.path", "rows"), ("tokens.vocabulary", "words.txt"), ("teacher.model", "model"),
            ("student.init", "first"),
        ]
        let after = try bench.plans(set: places.map { "\($0)=\(bench.path)/elsewhere/\($1)" })
        #expect(differing(before, after) == [])
    }

    @Test func aFileOfASplitMayHaveAnotherName() throws {
        let bench = try Bench()
        let before = try bench.plans()
        try bench.move("data/train.tsv", to: "data/all/t.tsv")
        try bench.write(Bench.descriptor.replacing("train: train.tsv", with: "train: all/t.tsv"), "corpus.yaml")
        #expect(try differing(before, bench.plans()) == [])
    }

    @Test func noInputIsAPath() throws {
        let bench = try Bench()
        for plan in try bench.plans() {
            for input in plan.inputs { #expect(!input.value.contains("/"), "\(plan.name): \(input.name)") }
        }
    }

    // MARK: Which stages there are

    @Test(arguments: [
        ("", ["tokens"]), ("features: {}", ["tokens", "features"]), ("distill: {}", ["tokens", "features", "distill"]),
        ("distill: {}\nexport: {}", ["tokens", "features", "distill", "export"]),
        ("baseline: { objective: hard }\nexport: {}", ["tokens", "baseline", "export"]),
        ("evaluate: { splits: [dev] }", ["tokens", "evaluate"]), ("evaluate: {}", ["tokens"]),
    ]) func aSectionIsAStage(_ sections: String, _ names: [String]) throws {
        // A student that nothing trains is refused.
        let student = sections.contains("distill") || sections.contains("baseline") ? Self.student : ""
        #expect(try Bench().plans(Bench.least + student + sections + "\n").map(\.name) == names)
    }

    @Test func ofTwoStudentsTheDistilledOneIsExported() throws {
        let plans = try Bench().plans()
        let distill = try #require(plans.first { $0.name == "distill" })
        let export = try #require(plans.first { $0.name == "export" })
        #expect(export.inputs.contains(StagePlan.Input(name: "model", value: distill.fingerprint)))
    }

    // MARK: Layers

    @Test func aLayerBeyondTheTeachersLastIsRefused() throws {
        let bench = try Bench()
        #expect(
            refusal { try bench.plans(set: ["features.layers=[3]"]) } == "features.layers: layer 3 is asked for, the teacher has 2")
        #expect(
            refusal { try bench.plans(set: ["student.layers=3", "student.init=random"]) }
                == "distill.layers: a student of 3 layers and a teacher of 2 need an explicit list, one teacher layer for each student layer")
        #expect(refusal { try bench.plans(set: ["student.layers=3", "student.init=random", "distill.layers=[1, 1, 2]"]) } == "")
        #expect(refusal { try bench.plans(set: ["student.layers=3", "features.layers=[1, 1, 2]"]) } == "")
        #expect(refusal { try bench.plans(set: ["distill.layers=[3]"]) } == "distill.layers: layer 3 is asked for, the teacher has 2")
        #expect(
            refusal { try bench.plans(set: ["distill.layers=[1, 2]"]) }
                == "distill.layers: names 2 layers for a student of 1; one for each is asked for")
        #expect(
            refusal { try bench.plans(set: ["features.layers=[2]", "distill.layers=[1]"]) }
                == "features.layers leaves out layer 1, which `distill` reads; add it")
    }

    // MARK: Fingerprints

    @Test func aFingerprintIsOverNamesValuesAndVersion() {
        let plan = StagePlan("stage", version: 1, inputs: [("a", "b"), ("c", "d")])
        #expect(plan == StagePlan("stage", version: 1, inputs: [("a", "b"), ("c", "d")]))
        #expect(plan.fingerprint.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        #expect(plan.folderName == "stage-" + plan.fingerprint.prefix(16))
        let others = [
            StagePlan("stage", version: 2, inputs: [("a", "b"), ("c", "d")]), StagePlan("other", version: 1, inputs: [("a", "b"), ("c", "d")]),
            StagePlan("stage", version: 1, inputs: [("a", "b")]), StagePlan("stage", version: 1, inputs: [("a", "bc"), ("", "d")]),
            StagePlan("stage", version: 1, inputs: [("ab", ""), ("c", "d")]), StagePlan("stage", version: 1, inputs: [("c", "d"), ("a", "b")]),
        ]
        #expect(Set((others + [plan]).map(\.fingerprint)).count == others.count + 1)
    }

    @Test func aFileThatIsAbsentIsNamed() throws {
        let bench = try Bench()
        try bench.remove("data/dev.tsv")
        let says = "split 'dev' of made-up: there is no file '\(bench.path)/data/dev.tsv'; name another folder (a corpus' `path`, --path), or leave the split out"
        #expect(refusal { try bench.plans() } == says)
    }
}
