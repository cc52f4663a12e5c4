import Distillation
import Kernels
import Tasks

/// Makes the batches of a run ready, each while the step before is computed.
final class BatchReader: Sendable {
    private let plan: TrainingPlan
    private let steps: [StudentStep]
    private let own: BatchSource
    /// Of the transfer set, where there is one.
    private let other: BatchSource?
    private let total: Int
    private let pool: TaskPool

    /// - Parameter steps: of each stage of the plan.
    init(_ trainer: Trainer, _ steps: [StudentStep]) throws(TrainingError) {
        (plan, self.steps) = (trainer.plan, steps)
        own = try BatchSource(plan, trainer.configuration, trainer.set)
        var unlabelled = plan
        unlabelled.negatives.leavesOut.remove(.label)
        let others = unlabelled
        other = try trainer.transfer.map { set throws(TrainingError) in try BatchSource(others, trainer.configuration, set, isTransfer: true) }
        total = plan.stepCount(examples: trainer.set.examples.count)
        // One thread beside those that compute, which would otherwise stand still while it reads.
        pool = TaskPool(threads: trainer.workers.count > 1 ? 2 : 1)
    }

    /// Begins to read a step's batch; nil beyond the last.
    func begin(_ step: Int) -> PendingResult<Result<StudentBatch, TrainingError>>? {
        guard step < total else { return nil }
        return pool.submit { [self] in
            let (stage, index) = plan.place(of: step, total: total)
            guard let source = plan.stages[stage].usesTransfer ? other : own else { preconditionFailure("a transfer set, as the trainer saw to") }
            return source.batch(index, for: steps[stage])
        }
    }
}
