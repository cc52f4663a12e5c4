import BERT
import Distillation
import Sampling
import Testing

@testable import Training

/// What a training is said to hold follows what its objective holds.
@Suite struct TrainingMemoryTests {
    /// Of these the two longest make a batch.
    private static let lengths = [2, 5, 3, 1]

    private func bytes(_ objective: (any StateObjective)?, negatives: Int = 3) -> Int {
        let configuration = BERTConfiguration(
            vocabularySize: 40, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, maximumPositions: 16, labelNames: ["no", "yes"])
        let plan = TrainingPlan(
            objective: objective, stages: [.init(share: 1, weights: LossWeights(contrastive: 1, soft: 0, hard: 0))], negatives: NegativePlan(count: negatives),
            epochs: 1, batchSize: 2, learningRate: 1e-3, seed: 0)
        // One layout for all: what an objective trains is counted with the weights.
        let layout = ParameterLayout(configuration, hasPooler: true, hasClassifier: true)
        return plan.memoryBytes(configuration, layout: layout, lengths: Self.lengths, teacherWidth: 12)
    }

    /// Queries, keys and values of each head make a matrix a sequence, of this batch and of the next.
    @Test func aRelationHoldsAMatrixAHead() {
        let two = bytes(RelationObjective(layer: 3, heads: 2)), four = bytes(RelationObjective(layer: 3, heads: 4))
        #expect(four - two == 4 * 2 * (3 * 2 * (5 * 5 + 3 * 3)))
        #expect(two > bytes(nil))
    }

    /// Each of two layers holds for each of two sequences a vector of its own and of every negative.
    @Test func anInfoNCEHoldsItsNegatives() {
        let objective = InfoNCEObjective(layers: [2, 3])
        #expect(bytes(objective, negatives: 7) - bytes(objective, negatives: 3) == 4 * 2 * (2 * 2 * 4 * 12))
        // LRC's are one mean.
        #expect(bytes(LRCObjective(layers: [2, 3]), negatives: 7) == bytes(LRCObjective(layers: [2, 3]), negatives: 3))
    }

    @Test(arguments: [Cosine.cls, .mean]) func aVectorASequenceIsCounted(_ cosine: Cosine) {
        #expect(bytes(LRCObjective(layers: [2, 3], cosine: cosine)) - bytes(nil) == 4 * 2 * 3 * (2 * 2 * 12))
    }
}
