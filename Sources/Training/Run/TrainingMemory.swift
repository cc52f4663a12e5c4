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
        if let teacherWidth {
            let layers = Set(objective.layers).count
            // Of this batch and the next: states, unit vectors and targets.
            numbers += 2 * 3 * layers * tokens * teacherWidth
            numbers += objective.layers.count * tokens * (2 * teacherWidth + configuration.hiddenSize)
            if negatives.source != .batch { numbers += 2 * layers * teacherWidth * lengths.sorted(by: >).prefix(64).reduce(0, +) }
        }
        return 4 * numbers + 32 * lengths.reduce(0, +) + 128 * lengths.count
    }
}
