import BERT
import Corpora
import Distillation
import Features
import Foundation
import Kernels
import TestSupport
import Testing
import Training

@testable import Comparisons
@testable import Pipelines

/// The pipelines of the package, with the folders that they name in variables.
private struct Shelf {
    private let folder = TemporaryFolder()

    init() throws {
        try folder.write(Bench.configuration(layers: 12), to: "teacher/config.json")
        try folder.write("weights", to: "teacher/model.safetensors")
        try folder.write(Bench.vocabulary, to: "teacher/vocab.txt")
        try folder.write(Bench.configuration(layers: 12), to: "masked/config.json")
        try folder.write(Bench.wordHead, to: "masked/model.safetensors")
        try folder.write(Bench.vocabulary, to: "masked/vocab.txt")
        for name in ["dump", "enwiki-2014-slice", "enwiki-2016-slice"] { try folder.write("BZh9", to: name + ".xml.bz2") }
        // As many heads as the students of tables have.
        let wide = Bench.configuration(layers: 6).replacing("\"hidden_size\": 8", with: "\"hidden_size\": 24").replacing("\"num_attention_heads\": 2", with: "\"num_attention_heads\": 12")
        try folder.write(wide, to: "wide/config.json")
        try folder.write(Bench.vocabulary, to: "wide/vocab.txt")
        try BERTModel(random: BERTConfiguration(folder: folder.path + "/wide"), seed: 1).save(folder: folder.path + "/wide")
        try folder.write(Bench.configuration(layers: 4), to: "general/distill/config.json")
        try folder.write("weights", to: "general/distill/model.safetensors")
        for name in ["wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"] { try folder.write("word\tB-person\n", to: "wnut17/" + name) }
        for task in GLUETask.allCases {
            for file in task.descriptor.splits.values { try folder.write(Bench.table, to: "glue/\(task.rawValue)/\(file)") }
        }
    }

    private func environment(_ teacher: String) -> [String: String] {
        [
            "TEACHER": folder.path + "/" + teacher, "GLUE": folder.path + "/glue", "DUMP": folder.path + "/dump.xml.bz2",
            "GENERAL": folder.path + "/general", "WIKIPEDIA": folder.path, "WNUT17": folder.path + "/wnut17",
        ]
    }

    func settings(_ name: String, teacher: String = "teacher") throws -> PipelineSettings {
        try PipelineSettings(contentsOf: "\(package)/pipelines/\(name).yaml", environment: environment(teacher))
    }

    func table(_ name: String) throws -> ComparisonSettings {
        try ComparisonSettings(contentsOf: "\(package)/pipelines/tables/\(name).yaml", environment: environment("wide"))
    }
}

private let tasks = ["cola", "mnli", "mrpc", "qnli", "qqp", "rte", "sst-2", "sts-b", "wnli"]
private let tables = ["controlled", "experiment", "paper-1", "paper-2", "paper-3", "paper-4", "systems"]
private let ablations = ["mse", "no-contrast", "no-hard", "no-negatives", "no-perturbation", "no-soft", "one-stage"]

@Suite struct ShippedPipelinesTests {
    @Test func distilBERTIsAsPublished() throws {
        let shelf = try Shelf()
        defer { withExtendedLifetime(shelf) {} }
        let settings = try shelf.settings("distilbert", teacher: "masked")
        #expect(settings.features.tensors == [.hidden, .words] && settings.wordSampling == WordSampling(draws: 64, temperature: 2))
        #expect(settings.student.start == .teacherLayers([1, 3, 5, 8, 10, 12]) && settings.distill?.perturbation == .off)
        #expect(settings.distill?.stages == [.init(share: 1, weights: LossWeights(contrastive: 1, soft: 5, hard: 2))])
        #expect(try stages(of: settings).map(\.name) == ["corpus", "tokens", "mask", "features", "distill", "export"])
    }

    @Test func allOfThemAreRead() throws {
        let folder = package + "/pipelines"
        #expect(try yamlFiles(folder) == (tasks + ["distilbert", "mrpc-wikipedia", "quickstart", "traffic-events", "wikipedia", "wnut17"]).sorted())
        #expect(try yamlFiles(folder + "/ablations") == ablations)
        #expect(try yamlFiles(folder + "/tables") == (tables + ["general", "glue", "glue-task", "task"]).sorted())
    }

    /// Every student of a table can be planned, and those of a task share teacher and cache.
    @Test(arguments: tables) func aTableIsReadAndPlanned(_ name: String) throws {
        let shelf = try Shelf()
        defer { withExtendedLifetime(shelf) {} }
        let table = try shelf.table(name)
        #expect(table.name == name)
        let pipelines = try table.pipelines()
        #expect(pipelines.count >= table.seeds.count * 2)
        var (finetunes, caches): ([String: Set<String>], [String: Set<String>]) = ([:], [:])
        for (run, settings) in pipelines where run.seed == 1 {
            let plans = try Pipeline(settings, store: "/nowhere", workers: .one).plans
            finetunes[run.task, default: []].formUnion(plans.filter { $0.name == "finetune" }.map(\.fingerprint))
            caches[run.task, default: []].formUnion(plans.filter { $0.name == "features" }.map(\.fingerprint))
        }
        #expect(finetunes.values.allSatisfy { $0.count == 1 })
        // Three objectives of the experiment state more tensors than the rest; students of other depths read other layers.
        #expect(caches.values.allSatisfy { $0.count == 1 } || name == "experiment" && caches["cola"]?.count == 2)
    }

    @Test(arguments: tasks + ["mrpc-wikipedia", "quickstart", "traffic-events", "wnut17"] + ablations.map { "ablations/" + $0 })
    func isReadAndPlanned(_ name: String) throws {
        let shelf = try Shelf()
        let settings = try shelf.settings(name)
        #expect(settings.name == name.replacing("ablations/", with: "mrpc-"))
        let names = ["tokens", "finetune", "features", "baseline", "distill", "evaluate", "export"]
        #expect(try stages(of: settings).map(\.name) == names)
    }

    @Test func wikipediaIsReadAndPlanned() throws {
        let shelf = try Shelf()
        let settings = try shelf.settings("wikipedia")
        #expect(try stages(of: settings).map(\.name) == ["corpus", "tokens", "features", "distill", "export"])
        #expect(settings.distill?.stages.map(\.weights) == [LossWeights(contrastive: 1, soft: 0, hard: 0)])
    }

    @Test func mrpcIsThePapers() throws {
        let shelf = try Shelf()
        let settings = try shelf.settings("mrpc")
        #expect(settings.corpus?.descriptor == GLUETask.mrpc.descriptor && settings.tokens.maximumLength == 128)
        let student = Architecture(layers: 4, hidden: 312, intermediate: 1200, heads: 12, positions: 512, dropout: 0.1)
        #expect(settings.student == StudentSettings(architecture: student))
        let distill = try #require(settings.distill)
        #expect(distill.objective.name == "lrc" && distill.lrc.cosine == .sequence && distill.lrc.normalisation == .none)
        #expect(distill.epochs == 90 && distill.batchSize == 16 && distill.learningRate == 1e-4)
        #expect(distill.lrc.contrast == NegativePlan(count: 15) && distill.lrc.contrastWeight == 0.5 && distill.temperature == 1.1)
        #expect(distill.perturbation == .raw && distill.resolvedHead == .idle)
        #expect(
            distill.stages == [
                DistillSettings.Stage(share: 0.8, weights: LossWeights(contrastive: 1, soft: 0, hard: 0)),
                DistillSettings.Stage(share: 0.2, weights: LossWeights(contrastive: 1, soft: 1, hard: 3)),
            ])
        #expect(try settings.cachedLayers() == [3, 6, 9, 12])
        let baseline = try #require(settings.baseline)
        #expect(baseline.objective.name == "hard" && baseline.perturbation == .off && baseline.epochs == 90)
        #expect(settings.evaluate.splits == ["dev"] && settings.exports)
    }

    /// The paper trains 18 epochs on the four large corpora, 90 on the others.
    @Test(arguments: tasks) func aTaskIsMRPCOnOtherData(_ name: String) throws {
        let shelf = try Shelf()
        var (expected, found) = (try shelf.settings("mrpc"), try shelf.settings(name))
        let task = try #require(GLUETask(named: name))
        #expect(found.corpus?.descriptor == task.descriptor && found.corpus?.path.hasSuffix("/glue/\(task.rawValue)") == true)
        #expect(found.distill?.epochs == ([.mnli, .qnli, .qqp, .sst2].contains(task) ? 18 : 90))
        #expect(found.evaluate.splits == task.splits.filter { $0.hasPrefix("dev") })
        (expected.name, expected.corpus, expected.evaluate) = (found.name, found.corpus, found.evaluate)
        let epochs = try #require(found.distill?.epochs)
        expected.distill?.epochs = epochs
        expected.baseline?.epochs = epochs
        found.canonical = expected.canonical
        #expect(found == expected)
    }

    @Test func theQuickstartIsSmallAndHasItsDataHere() throws {
        let settings = try Shelf().settings("quickstart")
        #expect(settings.corpus?.path.hasSuffix("/corpora/traffic") == true)
        #expect(settings.teacher?.source.isRandom == true && settings.teacher?.finetune != nil)
        #expect(settings.student.architecture.hidden < 128 && settings.evaluate.splits == ["dev", "test"])
    }

    // MARK: Ablations

    private func stage(_ share: Double, _ contrastive: Double, _ soft: Double, _ hard: Double) -> DistillSettings.Stage {
        DistillSettings.Stage(share: share, weights: LossWeights(contrastive: contrastive, soft: soft, hard: hard))
    }

    @Test(arguments: ablations) func anAblationChangesWhatItsNameSays(_ name: String) throws {
        let shelf = try Shelf()
        let full = try shelf.settings("mrpc")
        var found = try shelf.settings("ablations/" + name)
        var expected = full
        switch name {
        case "mse":
            var settings = MSESettings()
            settings.matchesGradient = true
            expected.distill?.objective = settings
        case "no-contrast": expected.distill?.stages = [stage(1, 0, 1, 3)]
        case "no-hard": expected.distill?.stages = [stage(0.8, 1, 0, 0), stage(0.2, 1, 1, 0)]
        case "no-negatives": expected.distill?.lrc.contrastWeight = 0
        case "no-perturbation": expected.distill?.perturbation = .off
        case "no-soft": expected.distill?.stages = [stage(0.8, 1, 0, 0), stage(0.2, 1, 0, 3)]
        case "one-stage": expected.distill?.stages = [stage(1, 1, 1, 3)]
        default: Issue.record("an ablation without a meaning")
        }
        #expect(expected.distill != full.distill && found.distill == expected.distill)
        // What a student without a teacher leaves aside may follow the teacher's student.
        #expect(found.baseline?.canonical == full.baseline?.canonical)
        (expected.name, expected.baseline) = ("mrpc-" + name, found.baseline)
        found.canonical = expected.canonical
        #expect(found == expected)
    }

    /// A table of ablations costs one teacher, one cache and one baseline.
    @Test(arguments: ablations) func anAblationSharesAllElse(_ name: String) throws {
        let shelf = try Shelf()
        let (full, ablated) = (try shelf.settings("mrpc"), try shelf.settings("ablations/" + name))
        #expect(try differing(stages(of: full), stages(of: ablated)) == ["distill", "evaluate", "export"])
    }
}

/// The names of the YAML files in a folder, without their endings.
private func yamlFiles(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}
