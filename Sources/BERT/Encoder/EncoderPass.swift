public import Kernels

/// What a forward pass leaves: the hidden states, and, where it was kept, all that the backward pass reads.
public struct EncoderPass: Sendable {
    struct Layer: Sendable {
        let input, queryKeyValue, probabilities, context: Matrix
        let attentionNormalised, attentionInverse, attended: Matrix
        let slope, activated: Matrix
        let outputNormalised, outputInverse, output: Matrix
    }

    public let batch: TokenBatch
    let dropout: Dropout?
    let embeddingNormalised, embeddingInverse: Matrix
    /// The embedding's output before dropout, what a tap shows.
    public let embedding: Matrix
    /// After dropout: the first layer's input.
    let embedded: Matrix
    let layers: [Layer]
    /// By layer, for each sequence the attention scores before the softmax, scaled [heads x length, length].
    public let scores: [Int: [Matrix]]

    public var layerCount: Int { layers.count }
    /// Hidden states of a layer, counted from 1 [tokens, hidden].
    public func hidden(_ layer: Int) -> Matrix { layers[layer - 1].output }
    /// Queries, keys and values of a layer side by side [tokens, 3 hidden].
    public func queryKeyValue(_ layer: Int) -> Matrix { layers[layer - 1].queryKeyValue }
    public var last: Matrix { layers.last?.output ?? embedded }
}

/// Where the probabilities of each sequence stand: heads blocks of length x length, each on a multiple of eight, which
/// the dropout counter asks for.
struct ProbabilityLayout: Sendable {
    let starts: [Int]
    let count: Int
    let headCount: Int

    init(offsets: [Int], headCount: Int) {
        var at = 0
        var starts: [Int] = []
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            starts.append(at)
            at += headCount * Self.blockSize(end - start)
        }
        (self.starts, self.headCount, count) = (starts, headCount, at)
    }

    static func blockSize(_ length: Int) -> Int { (length * length + 7) / 8 * 8 }

    func first(_ sequence: Int, _ head: Int, length: Int) -> Int {
        starts[sequence] + head * Self.blockSize(length)
    }

    func block(of matrix: Matrix, _ sequence: Int, _ head: Int, length: Int) -> Matrix {
        Matrix(
            storage: matrix.storage, offset: matrix.offset + first(sequence, head, length: length), rows: length,
            columns: length)
    }
}
