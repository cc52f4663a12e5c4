import Kernels
import Randomness

/// Which elements a training step drops: a pure function of (seed, step, layer, site), so that a second pass over the
/// same step drops the same ones.
public struct Dropout: Sendable, Equatable {
    public var hiddenRate: Float
    public var attentionRate: Float
    /// On the pooled output, before the classifier.
    public var pooledRate: Float
    public var seed: UInt64
    public var step: Int

    /// - Parameter pooledRate: nil is the hidden one.
    public init(hiddenRate: Float, attentionRate: Float, pooledRate: Float? = nil, seed: UInt64, step: Int) {
        self.hiddenRate = hiddenRate
        self.pooledRate = pooledRate ?? hiddenRate
        self.attentionRate = attentionRate
        self.seed = seed
        self.step = step
    }

    enum Site: UInt64 {
        case embedding, probabilities, attentionOutput, output, pooled
    }

    /// Drops in place; layer 0 is the embedding, the head comes after the last.
    func apply(_ x: Matrix, _ site: Site, layer: Int, first: Int) {
        let rate =
            switch site {
            case .probabilities: attentionRate
            case .pooled: pooledRate
            case .embedding, .attentionOutput, .output: hiddenRate
            }
        let stream = Streams.dropout &+ UInt64(step) &* 4096 &+ UInt64(layer) &* 8 &+ site.rawValue
        dropout(x, rate: rate, seed: seed, stream: stream, first: first)
    }
}
