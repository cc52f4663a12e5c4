import Corpora
import Features
import Files
import Shards

extension Pipeline {
    /// What each stage depends on. A change of a stage's output for equal inputs needs a new version here.
    static func plans(_ settings: PipelineSettings, _ tokenizer: TokenizerFolder, after prior: Pipeline? = nil) throws(PipelinesError) -> [StagePlan] {
        var plans: [StagePlan] = []
        var corpus: [String: [(String, String)]] = [:]
        if let source = settings.corpus {
            for split in settings.splits {
                corpus[split] = [
                    ("descriptor.\(split)", source.descriptor.canonical(of: split)), ("corpus.\(split)", try source.hash(split)),
                ] + (source.descriptor.format == .conll ? [("cells.\(split)", "one a tab")] : [])
            }
        }
        let texts = settings.features.cache == nil ? try textInputs(settings.texts, &plans) : []
        let others = try textInputs(settings.transfer, &plans)
        let tokenising = [
            ("vocabulary", tokenizer.vocabularyHash), ("tokenizer", tokenizer.facts),
            ("maxLength", "\(settings.tokens.maximumLength)"), ("shuffleSeed", "\(settings.tokens.shuffleSeed)"),
        ]
        func tokens(_ splits: [String]) -> StagePlan {
            StagePlan("tokens", version: 2, inputs: texts + splits.flatMap { corpus[$0] ?? [] } + tokenising)
        }
        /// What chooses among weights, where the best are kept.
        func judge(_ keep: KeptWeights) -> [(String, String)] {
            if keep == .last { return [] }
            return [("keep", tokens([settings.evaluate.splits[0]]).fingerprint)] + (settings.features.cache == nil ? [] : [("keep.classes", "by name")])
        }
        /// What a student of masked words has beside those of classes.
        func words(_ section: DistillSettings) -> [(String, String)] {
            if !section.masksWords { return [] }
            let goesOn = switch settings.student.start { case .folder, .pipeline: true; case .random, .embeddingSVD, .teacherLayers: false }
            return (section.resolvedHead == .probe ? [("probe", "of a decoder that stands still")] : []) + (goesOn ? [("head", "goes on")] : [])
        }
        let all = tokens(settings.splits)
        if !settings.splits.isEmpty { plans.append(all) }
        // Whatever is trained sees the training split alone: another split to evaluate changes none of it.
        var train = try settings.features.cache.map { cache throws(PipelinesError) in try cacheHash(cache) } ?? tokens(["train"]).fingerprint

        var teacher: [(String, String)] = []
        switch settings.teacher?.source {
        case .folder(let path)?: teacher = try modelInputs("teacher", path)
        case .random(let architecture)?: teacher = [("teacher.architecture", "\(architecture)")]
        case nil: break
        }
        if let finetune = settings.teacher?.finetune {
            let plan = StagePlan(
                "finetune", version: 3,
                inputs: teacher + [
                    ("tokens", train), ("epochs", "\(finetune.epochs)"), ("batchSize", "\(finetune.batchSize)"),
                    ("learningRate", "\(finetune.learningRate)"), ("warmup", "\(finetune.warmup)"),
                    ("weightDecay", "\(finetune.weightDecay)"), ("clip", "\(finetune.clip)"), ("seed", "\(finetune.seed)"),
                ] + judge(finetune.keep))
            plans.append(plan)
            teacher = [("teacher", plan.fingerprint)]
        } else if let labels = settings.teacher?.labels {
            teacher += labels.enumerated().map { ("teacher.labels.\($0)", $1) }
        }

        if let augment = settings.augment {
            let plan = StagePlan(
                "augment", version: 1,
                inputs: teacher + (try maskedModel(settings).map { path throws(PipelinesError) in try modelInputs("masked", path) } ?? []) + [
                    ("tokens", train), ("views", "\(augment.views)"), ("probability", "\(augment.probability)"),
                    ("candidates", "\(augment.candidates)"), ("from", augment.source.rawValue), ("seed", "\(augment.seed)"),
                ])
            plans.append(plan)
            train = plan.fingerprint
        }

        if let mask = settings.mask {
            let plan = StagePlan(
                "mask", version: 1,
                inputs: [("tokens", train), ("copies", "\(mask.copies)"), ("probability", "\(mask.probability)"), ("seed", "\(mask.seed)")])
            plans.append(plan)
            train = plan.fingerprint
        }

        var (source, transfer): ([(String, String)], [(String, String)]) = ([], [])
        if settings.features.cache != nil {
            _ = try settings.cachedLayers()
            source = [("cache", train)]
        } else if settings.needsFeatures {
            let layers = try settings.cachedLayers()
            func features(_ name: String, of tokens: String) -> StagePlan {
                StagePlan(
                    name, version: 3,
                    inputs: teacher + [
                        ("tokens", tokens), ("layers", layers.map(String.init).joined(separator: ",")),
                        ("precision", settings.features.precision.rawValue),
                        ("tensors", settings.features.tensors.map(\.rawValue).joined(separator: ",")),
                        ("shardMebibytes", "\(settings.features.shardMebibytes)"),
                    ] + (settings.wordSampling.map { [("words", "\($0.draws) at \($0.temperature) from \($0.seed)")] } ?? []))
            }
            let own = features("features", of: train)
            plans.append(own)
            source = [("features", own.fingerprint)]
            if !settings.transfer.isEmpty {
                let sequences = StagePlan("transfer", version: 1, inputs: others + tokenising)
                let other = features("transfer-features", of: sequences.fingerprint)
                plans += [sequences, other]
                transfer = [("transfer", other.fingerprint), ("transfer.statistics", "its own")]
            }
        }

        var student: [(String, String)] = [("student", "\(settings.student.architecture)"), ("seed", "\(settings.seed)")]
        switch settings.student.start {
        case .random: break
        case .folder(let folder):
            student += try modelInputs("student.init", folder)
            if settings.student.takesProjections { student += try fileInputs("student.init", folder, [StudentProjections.file]) }
        case .pipeline:
            guard let plan = prior?.studentPlan else { preconditionFailure("a pipeline with a student; the settings saw to it") }
            student += [("student.from", plan.fingerprint), ("student.projections", "\(settings.student.takesProjections)")]
        case .embeddingSVD: student += [("student.init", "embedding-svd")] + teacher
        case .teacherLayers(let layers):
            student += [("student.init", "teacher-layers \(layers.map { $0.map(String.init).joined(separator: ",") } ?? "first")")] + teacher
        }
        if settings.features.cache != nil { student += [("vocabulary", tokenizer.vocabularyHash), ("tokenizer", tokenizer.facts)] }
        for (name, section) in settings.students {
            var data = [("tokens", train)]
            if section.readsTeacher {
                data = source + (section.usesTransfer ? transfer : []) + [("layers", try settings.layerMap(name, section).map(String.init).joined(separator: ","))]
            }
            plans.append(StagePlan(name, version: 4, inputs: student + data + judge(section.keep) + words(section) + [("settings", section.canonical)]))
        }
        if !settings.evaluate.splits.isEmpty {
            let models = plans.filter { ["finetune", "distill", "baseline"].contains($0.name) }
            plans.append(
                StagePlan(
                    "evaluate", version: 1,
                    inputs: teacher + [("tokens", all.fingerprint)]
                        + settings.evaluate.splits.enumerated().map { ("split.\($0)", $1) } + models.map { ($0.name, $0.fingerprint) }))
        }
        if settings.exports, let source = plans.last(where: { $0.name == "distill" }) ?? plans.last(where: { $0.name == "baseline" }) {
            plans.append(
                StagePlan(
                    "export", version: 1,
                    inputs: [("model", source.fingerprint), ("vocabulary", tokenizer.vocabularyHash), ("tokenizer", tokenizer.facts)]))
        }
        return plans
    }

    /// What packed sequences are made of; dumps become documents in a stage before.
    private static func textInputs(_ texts: [TextSource], _ plans: inout [StagePlan]) throws(PipelinesError) -> [(String, String)] {
        if texts.isEmpty { return [] }
        // A change of how texts are packed needs a new number.
        var inputs = [("packing", "1")]
        if let stage = try CorpusStage(texts) {
            plans.append(stage.plan)
            inputs.append(("corpus", stage.plan.fingerprint))
        }
        for case (let index, .corpus(let source, let split)) in texts.enumerated() {
            inputs += [
                ("descriptor.\(index)", source.descriptor.canonical(of: split)), ("corpus.\(index)", try source.hash(split)),
            ]
        }
        return inputs
    }

    /// What names the contents of a cache: the hash of its manifest.
    private static func cacheHash(_ folder: String) throws(PipelinesError) -> String {
        try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder).shards.manifestHash }
    }

    /// The contents of a model's folder, as far as they decide what it computes.
    package static func modelInputs(_ name: String, _ path: String) throws(PipelinesError) -> [(String, String)] {
        try fileInputs(name, path, ["config.json", "model.safetensors"])
    }

    private static func fileInputs(_ name: String, _ path: String, _ files: [String]) throws(PipelinesError) -> [(String, String)] {
        var inputs: [(String, String)] = []
        for file in files where Folder.exists(path + "/" + file) {
            let hash = try lift(PipelinesError.files) { () throws(FilesError) in try ContentHash.file(path + "/" + file) }
            inputs.append((name + "/" + file, hash))
        }
        return inputs
    }
}
