import BERT
import Files
import Pipelines
import Randomness
import Shards
import Tokens

/// Models and sequences to measure with.
enum BenchmarkModel {
    private static let shapes: [String: (layers: Int, hidden: Int, intermediate: Int, heads: Int)] = [
        "bert-base": (12, 768, 3072, 12), "bert-large": (24, 1024, 4096, 16), "minilm": (6, 384, 1536, 12),
    ]

    /// A model's folder, the name of a shape, or a shape such as 4x312x1200x12; those two with random weights.
    static func model(_ text: String, option: String, vocabulary: Int = 30522) throws(PipelinesError) -> BERTModel {
        if Folder.isFolder(text) { return try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: text) } }
        let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        var shape = shapes[text]
        if numbers.count == 4, numbers.allSatisfy({ 1...65536 ~= $0 }) { shape = (numbers[0], numbers[1], numbers[2], numbers[3]) }
        guard let shape, shape.hidden % shape.heads == 0 else {
            throw .usage(
                "\(option) '\(text)' is no folder and no shape; give a model's folder, \(shapes.keys.sorted().joined(separator: ", ")), "
                    + "or layers x hidden x intermediate x heads, such as 4x312x1200x12")
        }
        let configuration = BERTConfiguration(
            vocabularySize: vocabulary, hiddenSize: shape.hidden, layerCount: shape.layers, headCount: shape.heads,
            intermediateSize: shape.intermediate)
        return BERTModel(random: configuration, seed: 1)
    }

    /// Lengths like those of MRPC: 53 on average, from 16 to 90.
    static let lengths: [Int] = {
        var random = RandomStream(seed: 7, stream: Streams.order)
        return (0..<1024).map { _ in min(max(Int(53 + 13 * random.normal()), 16), 90) }
    }()

    /// The lengths of a set's sequences.
    static func lengths(_ folder: String) throws(PipelinesError) -> [Int] {
        try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: folder).lengths }
    }

    /// Sequences of any ids.
    static func sequences(_ lengths: [Int], vocabulary: Int) -> [TokenSequence] {
        var random = RandomStream(seed: 3, stream: Streams.order)
        return lengths.map { length in
            TokenSequence(
                ids: (0..<length).map { _ in Int32(random.below(UInt32(vocabulary))) },
                types: (0..<length).map { 2 * $0 < length ? 0 : 1 })
        }
    }
}
