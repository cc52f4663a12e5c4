public import BERT
import Shards

extension FeatureSpecification {
    /// What tensors take on disk before compression, which codes hardly shrink, in bytes.
    ///
    /// - Parameters:
    ///   - teacher: with its classes, where logits are cached.
    ///   - lengths: of all sequences.
    public static func bytes(
        _ teacher: BERTConfiguration, layers: [Int], tensors: [Tensor], precision: Precision, words: WordSampling? = nil, lengths: [Int]
    ) -> [(tensor: Tensor, bytes: Int)] {
        tensors.map { tensor in
            if tensor == .embedding {
                return (tensor, 4 * ParameterLayout(teacher, hasPooler: false, hasClassifier: false).embeddingCount)
            }
            let one = FeatureSpecification(
                layers: layers, tensors: [tensor], precision: precision, hidden: teacher.hiddenSize, teacherLayers: teacher.layerCount,
                heads: teacher.headCount, classes: teacher.logitCount, classifiesTokens: teacher.classifiesTokens,
                words: tensor == .words ? words : nil)
            let schema = one.schema([])
            return (tensor, lengths.reduce(0) { $0 + schema.rawBytes(length: $1) })
        }
    }
}
