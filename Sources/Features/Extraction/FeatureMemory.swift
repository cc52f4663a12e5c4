public import BERT
import Shards

extension FeatureSpecification {
    /// Bytes that an extraction holds at most, mapped files aside.
    ///
    /// - Parameters:
    ///   - configuration: the teacher's.
    ///   - layers: how many are shown.
    ///   - lengths: of all sequences; or of one batch, where they are not known yet.
    ///   - parameters: of the teacher.
    public static func memoryBytes(
        _ configuration: BERTConfiguration, layers: Int, tensors: [Tensor], shardBytes: Int, lengths: [Int], parameters: Int
    ) -> Int {
        let longest = Array(lengths.sorted(by: >).prefix(FeatureExtraction.batchSize))
        let tokens = longest.reduce(0, +)
        let activations = 4 * configuration.forwardActivations(lengths: longest, keeping: layers)
        // What is shown of a batch: whole states, and scores; the rest is small.
        var shown = tensors.contains(.hidden) ? 4 * layers * configuration.hiddenSize * tokens : 0
        if tensors.contains(.attention) { shown += 4 * layers * configuration.headCount * longest.reduce(0) { $0 + $1 * $1 } }
        if tensors.contains(.queryKeyValue) { shown += 4 * 3 * configuration.hiddenSize * tokens }
        if tensors.contains(.words) { shown += 4 * (WordSampler.blockTokens * configuration.vocabularySize + configuration.hiddenSize * tokens) }
        // Its codes and what they decode to, the pilot's two batches, and a shard before it is written.
        return activations + 4 * parameters + 5 * shown + 2 * shardBytes + 32 * lengths.reduce(0, +) + 128 * lengths.count
    }
}
