import BERT
import Distillation
import Features
import Kernels
import Sampling
import Synchronization
import Tasks

/// Makes the batches of a run ready, each while the step before is computed.
final class BatchReader: Sendable {
    private let trainer: Trainer
    private let steps: [StudentStep]
    private let contrast: Contrast?
    private let total: Int
    private let order: Mutex<EpochOrder>
    private let pool: TaskPool

    /// - Parameter steps: of each stage of the plan.
    init(_ trainer: Trainer, _ steps: [StudentStep]) throws(TrainingError) {
        let plan = trainer.plan
        let sampleOrder = SampleOrder(
            shardRows: trainer.features?.shardRows ?? [trainer.examples.count], window: plan.window, seed: plan.seed)
        var contrast: Contrast?
        if let features = trainer.features, plan.comparesStates, let objective = plan.objective as? any ContrastiveObjective {
            contrast = try Contrast(objective, plan.negatives, trainer.examples, features, order: sampleOrder)
        }
        (self.trainer, self.steps, self.contrast) = (trainer, steps, contrast)
        total = plan.stepCount(examples: trainer.examples.count)
        order = Mutex(EpochOrder(sampleOrder, epoch: 0))
        // One thread beside those that compute, which would otherwise stand still while it reads.
        pool = TaskPool(threads: trainer.workers.count > 1 ? 2 : 1)
    }

    /// Begins to read a step's batch; nil beyond the last.
    func begin(_ step: Int) -> PendingResult<Result<StudentBatch, TrainingError>>? {
        guard step < total else { return nil }
        return pool.submit { [self] in
            order.withLock { order in
                Result { () throws(TrainingError) in try self.batch(step, &order) }
            }
        }
    }

    private func batch(_ step: Int, _ order: inout EpochOrder) throws(TrainingError) -> StudentBatch {
        let (plan, examples) = (trainer.plan, trainer.examples)
        let stepsPerEpoch = plan.stepsPerEpoch(examples: examples.count)
        if order.epoch != step / stepsPerEpoch { order = EpochOrder(order.order, epoch: step / stepsPerEpoch) }
        let positions = order.positions(batch: step % stepsPerEpoch, size: plan.batchSize)
        let studentStep = steps[plan.stage(of: step, total: total)]
        let rows = order.rows(positions)
        let tokens = examples.tokens(rows)
        do { try tokens.check(trainer.configuration) } catch { throw .model(error) }
        var batch = StudentBatch(tokens: tokens, labels: examples.labels(rows))
        let requirement = studentStep.requirement
        guard !requirement.isEmpty else { return batch }
        guard let features = trainer.features else { throw .settings(problem: "the loss looks at a teacher, and there is no cache of one") }
        var taps: Taps
        do throws(FeaturesError) {
            taps = try features.taps(rows, requirement, on: .one)
            if requirement.embedding { taps.embedding = try features.embeddingOutput(tokens, on: .one) }
        } catch { throw .features(error) }
        if let words = taps.words, words.ids.contains(where: { $0 >= trainer.configuration.vocabularySize }) {
            throw .features(.damaged(file: features.folder, problem: "it holds a word that is none of \(trainer.configuration.vocabularySize)"))
        }
        if studentStep.weights.contrastive != 0 {
            batch.targets =
                try contrast?.targets(taps, rows: rows, positions: positions, order: &order, on: .one)
                ?? plan.objective?.targets(taps, negatives: [], on: .one)
            // The targets are all that the step sees of states.
            taps.forgetStates()
        }
        batch.teacher = taps
        return batch
    }
}
