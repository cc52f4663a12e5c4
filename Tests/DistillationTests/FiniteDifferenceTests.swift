import BERT
import Kernels
import Randomness
import Testing

@testable import Distillation

/// Directional finite differences of an oracle in doubles, in the gradient's own direction and in a random one, tensor by
/// tensor; with dropout, whose masks no other implementation draws.
@Suite struct FiniteDifferenceTests {
    static let cases = [
        "contrastive-off", "soft-off", "hard-off", "all-off", "all-raw", "all-l2", "all-sign", "token-raw", "cls-off",
        "mean-raw", "sequence+cls-raw", "w0", "shared-raw", "two-negatives", "score-all", "long-raw",
    ]

    @Test(arguments: cases, [0, 0.1] as [Float])
    func gradientsAgreeWithDifferences(name: String, rate: Float) throws {
        let trace = try Trace(name)
        let dropout = rate > 0 ? Dropout(hiddenRate: rate, attentionRate: rate, seed: 12, step: 7) : nil
        let (gradients, loss) = trace.gradient(dropout: dropout)
        var oracle = DoubleOracle(trace.step.configuration, trace.student, dropout: dropout)
        let first = oracle.loss(trace.batch, trace.step)
        #expect((first - loss.terms.total(trace.step.weights)).magnitude < 2e-5 * first.magnitude)
        if trace.step.perturbation != .off {
            oracle.moved = perturbation(trace, dropout)
            let second = oracle.loss(trace.batch, trace.step)
            let ours = try #require(loss.perturbed).terms.total(trace.step.weights)
            #expect((second - ours).magnitude < 2e-5 * second.magnitude)
        }
        var random = RandomStream(seed: 21, stream: 0)
        for entry in trace.student.layout.entries where !entry.name.hasSuffix("key.bias") {
            let gradient = gradients.matrix(entry).elements.map(Double.init)
            let length = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let chance = gradient.map { _ in random.normal() }
            let size = chance.reduce(0) { $0 + $1 * $1 }.squareRoot()
            for direction in [gradient.map { length > 0 ? $0 / length : 0 }, chance.map { $0 / size }] {
                let slope = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
                let difference = oracle.slope(entry, direction, trace)
                #expect((slope - difference).magnitude <= 2e-5 * length + 1e-8, "\(entry.name): \(slope), \(difference)")
            }
        }
    }

    /// What the library adds to the word embeddings in its second pass.
    private func perturbation(_ trace: Trace, _ dropout: Dropout?) -> [[Double]] {
        let targets = trace.objective.targets(trace.batch.teacher!, negatives: trace.batch.negatives, on: .one)
        let pass = StudentPass(
            step: trace.step, batch: trace.batch, targets: targets,
            student: trace.student, dropout: dropout, workers: .one)
        let workspace = Workspace()
        let moved = pass.run(perturbation: nil, into: nil, workspace: workspace).arriving.copy()
        let words = pass.encoder.wordEmbeddings(trace.batch.tokens, workspace: workspace)
        trace.step.perturbation.apply(to: moved, embeddings: words, offsets: trace.batch.tokens.offsets)
        return (0..<moved.rows).map { moved.row($0).elements.map(Double.init) }
    }
}

extension DoubleOracle {
    /// The loss's slope along a direction of one tensor.
    fileprivate func slope(_ entry: ParameterLayout.Entry, _ direction: [Double], _ trace: Trace) -> Double {
        let step = 1e-5
        var ends: [Double] = []
        for sign in [1.0, -1] {
            var moved = self
            for (index, part) in direction.enumerated() { moved.values[entry.offset + index] += sign * step * part }
            ends.append(moved.loss(trace.batch, trace.step))
        }
        return (ends[0] - ends[1]) / (2 * step)
    }
}
