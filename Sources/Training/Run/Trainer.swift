public import BERT
import Distillation
import Features
public import Kernels
public import Records
import Tasks

/// Trains a model under a plan: a teacher on labels, or a student on a cache. Every step is a pure function of plan, data
/// and the state before it, so a run that was cut off ends with the bytes of one that was not.
public struct Trainer: Sendable {
    public let plan: TrainingPlan
    public let configuration: BERTConfiguration
    /// What is trained on.
    public let set: TrainingSet
    /// Other text that a teacher saw, for stages that use it; nil for none.
    public let transfer: TrainingSet?
    /// Where the state is kept, and every how many steps.
    public let checkpoint: (file: String, steps: Int)?
    /// Names the progress: "finetune", "distill".
    public let stage: String
    public let observer: WorkObserver
    public let workers: Workers

    /// - Throws: `TrainingError.settings` where plan, data and cache do not fit.
    public init(
        plan: TrainingPlan, configuration: BERTConfiguration, set: TrainingSet, transfer: TrainingSet? = nil,
        checkpoint: (file: String, steps: Int)? = nil, stage: String, observer: WorkObserver = .silent, workers: Workers
    ) throws(TrainingError) {
        guard plan.batchSize > 0, plan.epochs > 0 else { throw .settings(problem: "epochs and batchSize are at least 1") }
        (self.set, self.transfer) = (set, transfer)
        try set.check()
        try transfer?.check()
        for stage in plan.stages {
            guard !stage.usesTransfer || transfer != nil else { throw .settings(problem: "a stage learns from a transfer set, and there is none") }
            let labels = stage.usesTransfer ? .none : set.examples.labels
            if stage.weights.hard != 0 || (stage.probe?.hard ?? 0) != 0, labels == .none { throw .unlabelled(what: "a hard loss") }
            // Losses of words are means over those that are labelled: without one they would be nothing.
            let losses = [stage.weights, stage.probe].compactMap(\.self)
            if case .tags(let tags) = labels, losses.contains(where: { configuration.predictsWords ? $0.hard != 0 : $0.usesLogits }),
                !tags.contains(where: { $0 >= 0 })
            {
                throw .unlabelled(what: "a loss of words")
            }
        }
        (self.plan, self.configuration) = (plan, configuration)
        (self.checkpoint, self.stage, self.observer, self.workers) = (checkpoint, stage, observer, workers)
    }

    /// Trains from the given weights, or from the checkpoint where there is one.
    ///
    /// - Parameters:
    ///   - initial: is changed in place.
    ///   - selection: by which the best weights are kept in the place of the last; nil keeps the last.
    /// - Returns: a record of each step, and of a selection the step whose weights were kept, with their score.
    /// - Throws: `TrainingError.interrupted` after the state was saved.
    @discardableResult
    public func train(
        _ initial: Parameters, selection: WeightSelection? = nil
    ) throws(TrainingError) -> (history: [StepRecord], kept: (step: Int, score: Double)?) {
        let state = TrainingState(weights: initial, optimiser: plan)
        if let checkpoint { try state.restore(checkpoint.file, of: self) }
        let total = plan.stepCount(examples: set.examples.count)
        let schedule = LearningRateSchedule(peak: plan.learningRate, warmupShare: plan.warmupShare, totalSteps: total)
        let steps = plan.stages.map { stage in
            StudentStep(
                configuration: configuration, objective: plan.objective, temperature: plan.temperature, weights: stage.weights,
                probe: stage.probe, perturbation: plan.perturbation)
        }
        // A later stage may look at more than the first does.
        for (stage, step) in zip(plan.stages, steps) {
            do throws(FeaturesError) { try (stage.usesTransfer ? transfer : set)?.features?.check(step.requirement) } catch { throw .features(error) }
        }
        let groups = steps.map { clipGroups(of: $0, in: initial.layout) }
        let gradients = Parameters(layout: initial.layout)
        let workspace = Workspace()
        let reader = try BatchReader(self, steps)
        let begin = ContinuousClock.now
        var waited = Duration.zero
        var pending = reader.begin(state.step)
        while state.step < total {
            if observer.isInterrupted() {
                try save(state)
                throw .interrupted(step: state.step)
            }
            let index = plan.stage(of: state.step, total: total)
            let asked = ContinuousClock.now
            guard let batch = try pending?.wait().get() else { preconditionFailure("a batch of every step") }
            waited += ContinuousClock.now - asked
            pending = reader.begin(state.step + 1)
            // A decoder that is the table of words moves all of them.
            let words = configuration.predictsWords ? Array(0..<configuration.vocabularySize) : batch.tokens.distinctIDs
            state.optimiser.settle(state.weights, rows: words, on: workers)
            let loss = steps[index].gradient(
                batch, of: state.weights, into: gradients, dropout: dropout(step: state.step), workspace: workspace,
                on: workers)
            let rate = schedule.rate(state.step)
            let norms = state.optimiser.update(
                state.weights, gradients: gradients, groups: groups[index], rows: words, learningRate: rate, on: workers)
            gradients.clear(words, of: initial.layout.wordEmbeddings)
            let record = record(state.step, batch, loss, norm: norms.first ?? 0, rate: rate)
            guard record.numbers.allSatisfy(\.isFinite), norms.allSatisfy(\.isFinite) else {
                throw .notFinite(step: state.step, what: "the loss or its gradient")
            }
            state.history.append(record)
            state.step += 1
            if let selection { try state.judge(selection, total: total, on: workers) }
            if let checkpoint, state.step % checkpoint.steps == 0, state.step < total { try save(state) }
            observer.report(
                ProgressEvent(
                    stage: stage, unit: "steps", done: state.step, total: total,
                    values: [
                        .init("loss", loss.terms.total(plan.stages[index].weights)), .init("rate", Double(rate)),
                        .init("waited", waited / (ContinuousClock.now - begin)),
                    ]))
        }
        state.optimiser.settle(state.weights, on: workers)
        // The last state is saved too: a kill between here and the model's file costs nothing.
        try save(state)
        guard let best = state.best, selection != nil else { return (state.history, nil) }
        state.weights.flat.assign(best.flat)
        return (state.history, (best.step, best.score))
    }

    /// What is clipped together: encoder and projections, and, where the head learns for itself, the head.
    private func clipGroups(of step: StudentStep, in layout: ParameterLayout) -> [[Int]] {
        let reached = layout.entries.indices.filter { step.reaches(layout.entries[$0]) }
        guard step.probe != nil else { return [reached] }
        return [reached.filter { !layout.entries[$0].isHead }, reached.filter { layout.entries[$0].isHead }]
    }

    private func dropout(step: Int) -> Dropout? {
        let pooled = configuration.classifierDropout ?? configuration.hiddenDropout
        guard configuration.hiddenDropout > 0 || configuration.attentionDropout > 0 || pooled > 0 else { return nil }
        return Dropout(
            hiddenRate: configuration.hiddenDropout, attentionRate: configuration.attentionDropout, pooledRate: pooled,
            seed: plan.seed, step: step)
    }

    private func record(
        _ step: Int, _ batch: StudentBatch, _ loss: StudentLoss, norm: Double, rate: Float
    ) -> StepRecord {
        let negatives = loss.terms.contrastive == 0 ? 0 : (batch.targets as? any ContrastiveTargets)?.meanCount ?? 0
        return StepRecord(
            step: step, learningRate: rate, negatives: Float(negatives),
            contrastive: Float(loss.terms.contrastive),
            soft: Float(loss.probe?.soft ?? loss.terms.soft), hard: Float(loss.probe?.hard ?? loss.terms.hard),
            gradientNorm: Float(norm), perturbationRatio: Float(loss.perturbed?.gradientRatio ?? 0),
            perturbationChange: Float(loss.perturbed?.change ?? 0))
    }

    private func save(_ state: TrainingState) throws(TrainingError) {
        guard let checkpoint else { return }
        state.optimiser.settle(state.weights, on: workers)
        try state.save(checkpoint.file)
    }
}

extension Parameters {
    /// Zeroes these rows of an entry, and all other entries.
    fileprivate func clear(_ rows: [Int], of sparse: Int?) {
        for (index, entry) in layout.entries.enumerated() {
            let matrix = matrix(entry)
            if index == sparse { for row in rows { matrix.row(row).fill(0) } } else { matrix.fill(0) }
        }
    }
}
