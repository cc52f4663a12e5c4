public import BERT
import Kernels

/// Judges weights as training goes on, so that the best can be kept: an option, since a split that chooses is no longer one to judge by.
public struct WeightSelection: Sendable {
    /// Steps between two looks; the last step is looked at, too.
    public let steps: Int
    /// The higher the better.
    public let score: @Sendable (Parameters) throws(TrainingError) -> Double

    public init(steps: Int, score: @escaping @Sendable (Parameters) throws(TrainingError) -> Double) {
        precondition(steps > 0, "steps between two looks")
        (self.steps, self.score) = (steps, score)
    }
}

/// The best weights so far.
struct BestWeights {
    let flat: Matrix
    let score: Double
    let step: Int
}

extension TrainingState {
    /// Looks at the weights where it is time to; of equal scores the earlier ones stay.
    func judge(_ selection: WeightSelection, total: Int, on workers: Workers) throws(TrainingError) {
        guard step % selection.steps == 0 || step == total else { return }
        optimiser.settle(weights, on: workers)
        let score = try selection.score(weights)
        if score > best?.score ?? -.infinity { best = BestWeights(flat: weights.flat.copy(), score: score, step: step) }
    }
}
