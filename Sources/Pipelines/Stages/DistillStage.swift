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
        let table = try trainingTable()
        let (examples, labels) = (Examples(table), table.labelSet)
        var configuration = BERTConfiguration(
            settings.student.architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count)
        configuration.labelNames = labels.names
        configuration.isRegression = labels == .scores
        configuration.classifiesTokens = labels.isOfWords
        configuration.predictsWords = section.masksWords
        if labels == .none, section.stages.contains(where: \.weights.usesLogits) {
            throw .stage(
                stage, problem: "the corpus has no labels, so the student has no classes; give every stage soft: 0 and hard: 0, or name the labels in the descriptor")
        }
        try checkVocabulary(configuration, "the student")
        if settings.features.cache != nil { try checkTokenizer(stage) }
        let features = section.readsTeacher ? try cache(window: section.window) : nil
        let set = TrainingSet(examples, features)
        let transfer = try section.usesTransfer ? transferSet(section, stage) : nil
        try checkWords(section, stage, labels, features)
        let objective: (any StateObjective)? = if let features { try objective(section, stage, features) } else { nil }
        let student = Parameters(layout: ParameterLayout(student: configuration, objective: objective, teacherWidth: features?.hidden ?? 0))
        try initialise(student, configuration)
        var plan = trainingPlan(section, objective, classes: labels.names.count)
        if features != nil, section.comparesStates, let matched = try section.objective.matched(settings.shape(stage)) {
            var other = plan
            (other.objective, other.negatives) = (matched.objective, matched.negatives)
            // The other text has the objective of this plan, not of the other.
            let text = transfer.map { TrainingSet($0.examples, $0.features) }
            let lengths = try [(other, text), (plan, transfer)].map { plan, transfer throws(PipelinesError) in
                try lift(PipelinesError.training) { () throws(TrainingError) in
                    try Trainer(plan: plan, configuration: configuration, set: set, transfer: transfer, stage: stage, workers: workers)
                        .firstStateGradient(of: student)
                }
            }
            let scale = lengths[1] > 0 ? lengths[0] / lengths[1] : 1
            for index in plan.stages.indices { plan.stages[index].weights.contrastive *= scale }
            note("\(stage): the loss of states is weighted \(short(scale)), so that its gradient begins as long as that of COS-NCE")
        }
        warn(plan, section, examples: examples.count, stage: stage, hasClasses: labels != .none)
        let outputs = try train(
            plan, configuration, student, set, transfer: transfer, checkpointSteps: section.checkpointSteps, keep: section.keep, stage: stage,
            into: path)
        return outputs + (try StudentProjections.write(student, to: path))
    }

    /// The cache to train on: this pipeline's, which must be of its own tokens and teacher, or one that was filled elsewhere.
    func cache(window: Int? = nil) throws(PipelinesError) -> FeatureCache {
        if let folder = settings.features.cache {
            return try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder, mappedShards: Self.mappedShards(window)) }
        }
        return try cache(of: "features", window: window)
    }

    private func cache(of stage: String, window: Int?) throws(PipelinesError) -> FeatureCache {
        guard let plan = plan(stage) else { preconditionFailure("a stage of this pipeline") }
        let path = folder(plan) + "/train"
        return try lift(PipelinesError.features) { () throws(FeaturesError) in
            let cache = try FeatureCache(path, mappedShards: Self.mappedShards(window))
            try cache.check(fingerprints: fingerprints(of: plan))
            return cache
        }
    }

    /// Shards of a window that are shuffled together, and those of the one before, are mapped, and no more.
    private static func mappedShards(_ window: Int?) -> Int { window.map { 2 * $0 + 1 } ?? .max }

    /// Text without labels, and what the teacher says of it.
    private func transferSet(_ section: DistillSettings, _ stage: String) throws(PipelinesError) -> TrainingSet {
        let cache = try cache(of: "transfer-features", window: section.window)
        return TrainingSet(Examples(try table(of: "transfer", "train")), cache, objective: try objective(section, stage, cache))
    }

    /// The loss of states with what a cache knows of them; nil where nothing weighs it.
    private func objective(_ section: DistillSettings, _ stage: String, _ features: FeatureCache) throws(PipelinesError) -> (any StateObjective)? {
        guard section.comparesStates else { return nil }
        var shape = try settings.shape(stage)
        shape.statistics = try lift(PipelinesError.features) { () throws(FeaturesError) in try features.statistics() }
        return try section.objective.objective(shape)
    }

    /// - Parameter classes: of the data; 0 for a regression, or where they are not known yet.
    func trainingPlan(_ section: DistillSettings, _ objective: (any StateObjective)?, classes: Int) -> TrainingPlan {
        let last = section.stages.last { $0.weights.usesLogits }?.weights
        let scale = section.objective.softScale(classes: classes)
        let stages = section.stages.map { stage in
            var (stage, probe) = (stage, LossWeights?.none)
            stage.weights.soft *= scale
            if section.resolvedHead == .probe, !stage.weights.usesLogits, let last {
                probe = LossWeights(contrastive: 0, soft: scale * last.soft, hard: stage.usesTransfer ? 0 : last.hard)
            }
            return TrainingPlan.Stage(share: stage.share, weights: stage.weights, probe: probe, usesTransfer: stage.usesTransfer)
        }
        return TrainingPlan(
            objective: objective, temperature: section.temperature, stages: stages, perturbation: section.perturbation, negatives: section.objective.negatives ?? NegativePlan(),
            window: section.window, epochs: section.epochs, batchSize: section.batchSize, learningRate: section.learningRate,
            warmupShare: section.warmup, weightDecay: Float(section.weightDecay), maximumNorm: Float(section.clip),
            seed: settings.seed)
    }

    /// Refuses a cache that has words and an objective that has no use for them, and the other way round.
    private func checkWords(_ section: DistillSettings, _ stage: String, _ labels: LabelSet, _ features: FeatureCache?) throws(PipelinesError) {
        var isMasked = false
        if case .maskedWords = labels { isMasked = true }
        guard isMasked == section.masksWords else {
            throw .stage(
                stage, problem: isMasked ? "the cache is of masked words, which objective 'distilbert' with `mlm: on` alone learns from"
                    : "the objective learns from masked words, and the cache is of whole text; make one with `mlm: on`, or write `mlm: off`")
        }
        if let words = features?.words, section.masksWords, words.temperature != section.temperature {
            throw .stage(stage, problem: "the cache's words were drawn at temperature \(words.temperature), and the soft loss is at \(section.temperature); take the same for both")
        }
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
        if section.comparesStates, let negatives = section.objective.negatives, negatives.source == .batch, negatives.count >= section.batchSize {
            observer.warn("\(stage): a batch of \(section.batchSize) has \(section.batchSize - 1) negatives, \(negatives.count) are asked for; its mean is taken over those there are")
        }
    }
}
