public import BERT
import Distillation
import Sampling

extension TrainingPlan {
    /// Bytes that a training holds at most, mapped files aside.
    ///
    /// - Parameters:
    ///   - lengths: of all examples; or of one batch, where they are not known yet.
    ///   - layout: of the weights, the projections among them.
    ///   - teacherWidth: of the states that are compared; nil where there is no teacher.
    public func memoryBytes(_ configuration: BERTConfiguration, layout: ParameterLayout, lengths: [Int], teacherWidth: Int?) -> Int {
        let longest = Array(lengths.sorted(by: >).prefix(batchSize))
        let tokens = longest.reduce(0, +)
        var numbers = configuration.trainingActivations(lengths: longest) + 4 * layout.count
        // The word embeddings, their gradient, and the gradient at the last layer.
        numbers += 3 * tokens * configuration.hiddenSize
        if configuration.predictsWords {
            numbers += 3 * WordLoss.blockTokens * configuration.vocabularySize + 6 * tokens * configuration.hiddenSize
        }
        if let teacherWidth {
            let shown = objective?.requirement ?? TapRequirement()
            let vectors = shown.layers.count + 3 * shown.queryKeyValue.count + (shown.embedding ? 1 : 0)
            let scores = shown.attention.count * configuration.headCount * longest.reduce(0) { $0 + $1 * $1 }
            // Of this batch and the next: states, unit vectors and targets.
            numbers += 2 * 3 * (vectors * tokens * teacherWidth + scores)
            numbers += 2 * 3 * (shown.first.count + shown.mean.count) * longest.count * teacherWidth
            numbers += 2 * (objective?.scratch(lengths: longest, negatives: negatives.count, teacherWidth: teacherWidth) ?? 0)
            numbers += (configuration.layerCount + 1) * tokens * (2 * teacherWidth + configuration.hiddenSize)
            if negatives.source != .batch { numbers += 2 * vectors * teacherWidth * lengths.sorted(by: >).prefix(64).reduce(0, +) }
        }
        return 4 * numbers + 32 * lengths.reduce(0, +) + 128 * lengths.count
    }
}
