public import Kernels

/// Classifier of a `BertForTokenClassification`: logits of each token, from its last state.
public struct TokenHead: Sendable {
    /// What the head's backward pass reads.
    public struct Pass: Sendable {
        let dropped: Matrix
        /// [tokens, classes]
        public let logits: Matrix
        let dropout: Dropout?
    }

    let weight, bias: Matrix
    let layer: Int

    /// Nil where the model classifies sequences, or nothing.
    public init?(_ configuration: BERTConfiguration, _ parameters: Parameters) {
        guard configuration.classifiesTokens, let classifier = EncoderWeights(parameters, configuration).classifier else { return nil }
        (weight, bias, layer) = (classifier.weight, classifier.bias, configuration.layerCount + 1)
    }

    /// - Parameter hidden: the last layer's states [tokens, hidden].
    public func forward(_ hidden: Matrix, dropout: Dropout? = nil) -> Pass {
        let dropped = dropout == nil ? hidden : hidden.copy()
        dropout?.apply(dropped, .pooled, layer: layer, first: 0)
        let logits = Matrix(rows: hidden.rows, columns: weight.rows)
        multiply(dropped, weight.transposed, bias: bias, into: logits)
        return Pass(dropped: dropped, logits: logits, dropout: dropout)
    }

    /// - Parameters:
    ///   - logits: the gradient at the logits.
    ///   - gradients: the head whose parameters the gradients are added to; nil leaves them out.
    /// - Returns: the gradient at the last states [tokens, hidden].
    @discardableResult
    public func backward(_ pass: Pass, logits: Matrix, into gradients: TokenHead?) -> Matrix {
        let arriving = Matrix(rows: logits.rows, columns: weight.columns)
        multiply(logits, weight, into: arriving)
        pass.dropout?.apply(arriving, .pooled, layer: layer, first: 0)
        if let gradients { accumulate([DenseGradient(logits, input: pass.dropped, weight: gradients.weight, bias: gradients.bias)]) }
        return arriving
    }
}
