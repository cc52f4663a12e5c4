public import BERT
import Distillation
import Kernels
import Tasks

extension Trainer {
    /// The length of the gradient that the loss of states has at the first batch, without dropout: by it one loss can be weighted so that
    /// it begins as strong as another.
    public func firstStateGradient(of weights: Parameters) throws(TrainingError) -> Double {
        var plan = plan
        let usesTransfer = plan.stages.first { $0.weights.contrastive != 0 }?.usesTransfer ?? false
        plan.stages = [TrainingPlan.Stage(share: 1, weights: LossWeights(contrastive: 1, soft: 0, hard: 0), usesTransfer: usesTransfer)]
        let alone = try Trainer(
            plan: plan, configuration: configuration, set: set, transfer: transfer, stage: stage, observer: observer, workers: workers)
        let step = StudentStep(configuration: configuration, objective: plan.objective, weights: plan.stages[0].weights)
        guard let batch = try BatchReader(alone, [step]).begin(0)?.wait().get() else { preconditionFailure("a batch of the first step") }
        let gradients = Parameters(layout: weights.layout)
        _ = step.gradient(batch, of: weights, into: gradients, workspace: Workspace(), on: workers)
        return sumOfSquares(gradients.flat, on: workers).squareRoot()
    }
}
