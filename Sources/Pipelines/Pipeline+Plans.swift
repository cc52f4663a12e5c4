import Corpora
import Features
import Files

extension Pipeline {
    /// What each stage depends on. A change of a stage's output for equal inputs needs a new version here.
    static func plans(_ settings: PipelineSettings, _ tokenizer: TokenizerFolder) throws(PipelinesError) -> [StagePlan] {
        let splits = ["train"] + settings.evaluate.splits.filter { $0 != "train" }
        var plans: [StagePlan] = []

        var corpus: [(String, String)] = [("descriptor", settings.corpus.descriptor.canonical)]
        for split in splits { corpus.append(("corpus.\(split)", try settings.corpus.hash(split))) }
        let tokens = StagePlan(
            "tokens", version: 1,
            inputs: corpus + [
                ("vocabulary", tokenizer.vocabularyHash), ("tokenizer", tokenizer.facts),
                ("maxLength", "\(settings.tokens.maximumLength)"), ("shuffleSeed", "\(settings.tokens.shuffleSeed)"),
            ])
        plans.append(tokens)

        var teacher: [(String, String)]
        switch settings.teacher.source {
        case .folder(let path): teacher = try modelInputs("teacher", path)
        case .random(let architecture): teacher = [("teacher.architecture", "\(architecture)")]
        }
        if let finetune = settings.teacher.finetune {
            let plan = StagePlan(
                "finetune", version: 1,
                inputs: teacher + [
                    ("tokens", tokens.fingerprint), ("epochs", "\(finetune.epochs)"), ("batchSize", "\(finetune.batchSize)"),
                    ("learningRate", "\(finetune.learningRate)"), ("warmup", "\(finetune.warmup)"),
                    ("weightDecay", "\(finetune.weightDecay)"), ("clip", "\(finetune.clip)"), ("seed", "\(finetune.seed)"),
                ])
            plans.append(plan)
            teacher = [("teacher", plan.fingerprint)]
        } else if let labels = settings.teacher.labels {
            teacher.append(("teacher.labels", labels.joined(separator: ",")))
        }

        var source: [(String, String)] = []
        if settings.needsFeatures {
            let layers = try settings.resolvedLayers()
            let features = StagePlan(
                "features", version: 1,
                inputs: teacher + [
                    ("tokens", tokens.fingerprint), ("layers", layers.map(String.init).joined(separator: ",")),
                    ("precision", settings.features.precision.rawValue), ("logits", "\(settings.features.cachesLogits)"),
                    ("shardMebibytes", "\(settings.features.shardMebibytes)"),
                ])
            plans.append(features)
            source = [("features", features.fingerprint)]
        }

        var student: [(String, String)] = [("student", "\(settings.student.architecture)"), ("seed", "\(settings.seed)")]
        if let initial = settings.student.initial { student += try modelInputs("student.init", initial) }
        for (name, section) in [("baseline", settings.baseline), ("distill", settings.distill)] {
            guard let section else { continue }
            let data = section.objective == .lrc ? source : [("tokens", tokens.fingerprint)]
            plans.append(StagePlan(name, version: 1, inputs: student + data + [("settings", section.canonical)]))
        }
        if !settings.evaluate.splits.isEmpty {
            let models = plans.filter { ["finetune", "distill", "baseline"].contains($0.name) }
            plans.append(
                StagePlan(
                    "evaluate", version: 1,
                    inputs: teacher + [("tokens", tokens.fingerprint), ("splits", settings.evaluate.splits.joined(separator: ","))]
                        + models.map { ($0.name, $0.fingerprint) }))
        }
        if settings.exports, let source = plans.last(where: { $0.name == "distill" }) ?? plans.last(where: { $0.name == "baseline" }) {
            plans.append(
                StagePlan(
                    "export", version: 1,
                    inputs: [("model", source.fingerprint), ("vocabulary", tokenizer.vocabularyHash), ("tokenizer", tokenizer.facts)]))
        }
        return plans
    }

    /// The contents of a model's folder, as far as they decide what it computes.
    static func modelInputs(_ name: String, _ path: String) throws(PipelinesError) -> [(String, String)] {
        var inputs: [(String, String)] = []
        for file in ["config.json", "model.safetensors"] where Folder.exists(path + "/" + file) {
            let hash = try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(path + "/" + file) }
            inputs.append((name + "/" + file, hash))
        }
        return inputs
    }
}
