import BERT
import Distillation
import Features
import Kernels
import Sampling
import Synchronization

/// Makes batches of one set of sequences.
final class BatchSource: Sendable {
    private let plan: TrainingPlan
    private let configuration: BERTConfiguration
    private let set: TrainingSet
    private let objective: (any StateObjective)?
    private let contrast: Contrast?
    private let order: Mutex<EpochOrder>

    /// - Parameter isTransfer: whether it is the set of the stages that use another.
    init(_ plan: TrainingPlan, _ configuration: BERTConfiguration, _ set: TrainingSet, isTransfer: Bool = false) throws(TrainingError) {
        let order = SampleOrder(shardRows: set.features?.shardRows ?? [set.examples.count], window: plan.window, seed: plan.seed)
        var contrast: Contrast?
        objective = set.objective ?? plan.objective
        let isCompared = plan.stages.contains { $0.weights.contrastive != 0 && $0.usesTransfer == isTransfer }
        if let features = set.features, isCompared, let objective = objective as? any ContrastiveObjective {
            contrast = try Contrast(objective, plan.negatives, set.examples, features, order: order)
        }
        (self.plan, self.configuration, self.set, self.contrast) = (plan, configuration, set, contrast)
        self.order = Mutex(EpochOrder(order, epoch: 0))
    }

    /// - Parameters:
    ///   - index: of the batch among those of this set, from 0, epoch after epoch.
    ///   - step: that is going to see it.
    func batch(_ index: Int, for step: StudentStep) -> Result<StudentBatch, TrainingError> {
        order.withLock { order in
            Result { () throws(TrainingError) in try self.batch(index, for: step, &order) }
        }
    }

    private func batch(_ index: Int, for step: StudentStep, _ order: inout EpochOrder) throws(TrainingError) -> StudentBatch {
        let examples = set.examples
        let batches = plan.stepsPerEpoch(examples: examples.count)
        if order.epoch != index / batches { order = EpochOrder(order.order, epoch: index / batches) }
        let positions = order.positions(batch: index % batches, size: plan.batchSize)
        let rows = order.rows(positions)
        let tokens = examples.tokens(rows)
        do { try tokens.check(configuration) } catch { throw .model(error) }
        var batch = StudentBatch(tokens: tokens, labels: examples.labels(rows))
        let requirement = step.requirement
        guard !requirement.isEmpty else { return batch }
        guard let features = set.features else { throw .settings(problem: "the loss looks at a teacher, and there is no cache of one") }
        var taps: Taps
        do throws(FeaturesError) {
            taps = try features.taps(rows, requirement, on: .one)
            if requirement.embedding { taps.embedding = try features.embeddingOutput(tokens, on: .one) }
        } catch { throw .features(error) }
        if let words = taps.words, words.ids.contains(where: { $0 >= configuration.vocabularySize }) {
            throw .features(.damaged(file: features.folder, problem: "it holds a word that is none of \(configuration.vocabularySize)"))
        }
        if step.weights.contrastive != 0 {
            batch.targets =
                try contrast?.targets(taps, rows: rows, positions: positions, order: &order, on: .one)
                ?? objective?.targets(taps, negatives: [], on: .one)
            // The targets are all that the step sees of states.
            taps.forgetStates()
        }
        batch.teacher = taps
        return batch
    }
}
