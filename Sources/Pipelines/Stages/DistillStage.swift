import BERT
import Distillation
import Features
import Files
import Records
import Sampling
import Tokens
import Training
import WordPiece

extension Pipeline {
    /// Trains the student: on the cache, or on labels alone.
    func distil(_ section: DistillSettings?, stage: String, into path: String) throws(PipelinesError) -> [String] {
        guard let section else { preconditionFailure("a stage that is planned") }
        let (examples, labels) = try examples("train")
        var configuration = BERTConfiguration(
            settings.student.architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count)
        configuration.labelNames = labels.names
        configuration.isRegression = labels == .scores
        if labels == .none, section.objective == .hard || section.stages.contains(where: \.weights.usesLogits) {
            throw .stage(
                stage, problem: "the corpus has no labels, so the student has no classes; give every stage soft: 0 and hard: 0, or name the labels in the descriptor")
        }
        try checkVocabulary(configuration, "the student")
        guard section.objective == .lrc else {
            let student = Parameters(layout: ParameterLayout(configuration, hasPooler: true, hasClassifier: true))
            try initialise(student, configuration)
            var plan = TrainingPlan(
                onLabels: section.epochs, batchSize: section.batchSize, learningRate: section.learningRate,
                warmupShare: section.warmup, weightDecay: Float(section.weightDecay), maximumNorm: Float(section.clip),
                seed: settings.seed)
            plan.perturbation = section.perturbation
            return try train(
                plan, configuration, student, examples, features: nil, checkpointSteps: section.checkpointSteps, stage: stage,
                into: path)
        }
        let features = try cache(window: section.window)
        let objective = try objective(section, features)
        let student = Parameters(layout: ParameterLayout(student: configuration, objective: objective, teacherWidth: features.hidden))
        try initialise(student, configuration)
        let plan = plan(section, objective)
        warn(plan, section, examples: examples.count, stage: stage, hasClasses: labels != .none)
        let outputs = try train(
            plan, configuration, student, examples, features: features, checkpointSteps: section.checkpointSteps, stage: stage,
            into: path)
        try StudentProjections.write(student, to: path)
        return outputs + [StudentProjections.file]
    }

    /// The cache to train on: this pipeline's, which must be of its own tokens and teacher, or one that was filled elsewhere.
    ///
    /// - Parameter window: shards that are shuffled together; those of this one and the one before are mapped, and no more.
    func cache(window: Int? = nil) throws(PipelinesError) -> FeatureCache {
        let mapped = window.map { 2 * $0 + 1 } ?? .max
        if let folder = settings.features.cache {
            return try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder, mappedShards: mapped) }
        }
        let (path, fingerprints) = (folder(of: "features") + "/train", featureFingerprints)
        return try lift(PipelinesError.features) { () throws(FeaturesError) in
            let cache = try FeatureCache(path, mappedShards: mapped)
            try cache.check(fingerprints: fingerprints)
            return cache
        }
    }

    private func objective(_ section: DistillSettings, _ features: FeatureCache) throws(PipelinesError) -> LRCObjective {
        var objective = LRCObjective(
            layers: try settings.resolvedLayers(), cosine: section.cosine, contrastWeight: Float(section.contrastWeight),
            normalisation: section.normalisation, sharing: section.projection)
        let statistics = try lift(PipelinesError.features) { () throws(FeaturesError) in try features.statistics() }
        for layer in statistics where section.normalisation != .none {
            objective.statistics[layer.layer] = StateStatistics(
                tokens: layer.tokens.map(Moments.init), first: layer.first.map(Moments.init), mean: layer.mean.map(Moments.init))
        }
        if section.normalisation == .none, section.stages.contains(where: { $0.weights.contrastive != 0 }) {
            for layer in statistics where objective.layers.contains(layer.layer) {
                let readsFirst = [.cls, .sequenceAndCLS].contains(section.cosine)
                let moments = readsFirst ? layer.first : section.cosine == .mean ? layer.mean : layer.tokens
                if let moments, moments.centredShare < 0.01 {
                    throw .stage(
                        "distill",
                        problem: "cosine '\(section.cosine.rawValue)' on layer \(layer.layer): only \(fixed(100 * moments.centredShare, 2)) % of the energy of its "
                            + "\(readsFirst ? "[CLS] " : "")states tells them apart, so there is nothing to learn; set `normalise: centre`"
                            + (readsFirst ? ", or take cosine: sequence" : ""))
                }
            }
        }
        return objective
    }

    private func plan(_ section: DistillSettings, _ objective: any StateObjective) -> TrainingPlan {
        let last = section.stages.last { $0.weights.usesLogits }?.weights
        let stages = section.stages.map { stage in
            var probe: LossWeights?
            if section.resolvedHead == .probe, !stage.weights.usesLogits, let last {
                probe = LossWeights(contrastive: 0, soft: last.soft, hard: last.hard)
            }
            return TrainingPlan.Stage(share: stage.share, weights: stage.weights, probe: probe)
        }
        return TrainingPlan(
            objective: objective, temperature: section.temperature, stages: stages, perturbation: section.perturbation, negatives: section.negatives,
            window: section.window, epochs: section.epochs, batchSize: section.batchSize, learningRate: section.learningRate,
            warmupShare: section.warmup, weightDecay: Float(section.weightDecay), maximumNorm: Float(section.clip),
            seed: settings.seed)
    }

    /// What a user should know before a long run.
    private func warn(_ plan: TrainingPlan, _ section: DistillSettings, examples: Int, stage: String, hasClasses: Bool) {
        let total = plan.stepCount(examples: examples)
        for (index, part) in plan.stages.enumerated() where index > 0 && part.weights.usesLogits {
            let steps = Int((part.share * Double(total)).rounded())
            if steps < 800 { observer.warn("\(stage): stage \(index + 1) has \(steps) steps; below 800 the head may stay undertrained") }
        }
        if hasClasses, !plan.stages.contains(where: { $0.weights.usesLogits || $0.probe != nil }) {
            observer.warn("\(stage): no stage looks at the logits, so the student's classifier stays random; tune it before it classifies")
        }
        if section.negatives.source == .batch, section.negatives.count >= section.batchSize {
            observer.warn("\(stage): a batch of \(section.batchSize) has \(section.batchSize - 1) negatives, \(section.negatives.count) are asked for; its mean is taken over those there are")
        }
    }
}

extension Moments {
    init(_ moments: LayerStatistics.Moments) { self.init(mean: moments.mean, deviation: moments.deviation) }
}
