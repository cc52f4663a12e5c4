public import Kernels

/// Pooler and classifier of a `BertForSequenceClassification`.
public struct ClassificationHead: Sendable {
    /// What the head's backward pass reads.
    public struct Pass: Sendable {
        let first: Matrix
        /// tanh of the pooler [sequences, hidden], what a tap shows.
        public let pooled: Matrix
        let dropped: Matrix
        /// [sequences, classes], nil without a classifier.
        public let logits: Matrix?
        let dropout: Dropout?
    }

    let pooler: (weight: Matrix, bias: Matrix)
    let classifier: (weight: Matrix, bias: Matrix)?
    let layer: Int

    /// Nil where the parameters have no pooler.
    public init?(_ configuration: BERTConfiguration, _ parameters: Parameters) {
        let weights = EncoderWeights(parameters, configuration)
        guard let pooler = weights.pooler else { return nil }
        (self.pooler, classifier, layer) = (pooler, weights.classifier, configuration.layerCount + 1)
    }

    /// - Parameter hidden: the last layer's states [tokens, hidden].
    public func forward(_ hidden: Matrix, offsets: [Int], dropout: Dropout? = nil) -> Pass {
        let sequences = offsets.count - 1
        let first = Matrix(rows: sequences, columns: hidden.columns)
        for sequence in 0..<sequences { first.row(sequence).assign(hidden.row(offsets[sequence])) }
        let pooled = Matrix(rows: sequences, columns: hidden.columns)
        multiply(first, pooler.weight.transposed, bias: pooler.bias, into: pooled)
        applyTanh(pooled)
        let dropped = dropout == nil ? pooled : pooled.copy()
        dropout?.apply(dropped, .pooled, layer: layer, first: 0)
        let logits = classifier.map { classifier in
            let logits = Matrix(rows: sequences, columns: classifier.weight.rows)
            multiply(dropped, classifier.weight.transposed, bias: classifier.bias, into: logits)
            return logits
        }
        return Pass(first: first, pooled: pooled, dropped: dropped, logits: logits, dropout: dropout)
    }

    /// - Parameters:
    ///   - logits: the gradient at the logits.
    ///   - gradients: the head whose parameters the gradients are added to; nil leaves them out.
    /// - Returns: the gradient at the first token of each sequence [sequences, hidden].
    @discardableResult
    public func backward(_ pass: Pass, logits: Matrix, into gradients: ClassificationHead?) -> Matrix {
        guard let classifier else { preconditionFailure("a gradient at the logits of a head that has none") }
        let gradient = Matrix(rows: pass.pooled.rows, columns: pass.pooled.columns)
        multiply(logits, classifier.weight, into: gradient)
        pass.dropout?.apply(gradient, .pooled, layer: layer, first: 0)
        for row in 0..<gradient.rows {
            for column in 0..<gradient.columns {
                let value = pass.pooled[row, column]
                gradient[row, column] *= 1 - value * value
            }
        }
        let arriving = Matrix(rows: gradient.rows, columns: gradient.columns)
        multiply(gradient, pooler.weight, into: arriving)
        if let gradients, let target = gradients.classifier {
            accumulate([
                DenseGradient(logits, input: pass.dropped, weight: target.weight, bias: target.bias),
                DenseGradient(gradient, input: pass.first, weight: gradients.pooler.weight, bias: gradients.pooler.bias),
            ])
        }
        return arriving
    }

    /// Adds gradients at first tokens [sequences, hidden] to gradients at all tokens.
    public static func addFirst(_ first: Matrix, to hidden: Matrix, offsets: [Int]) {
        for sequence in 0..<first.rows { addScaled(1, first.row(sequence), to: hidden.row(offsets[sequence])) }
    }
}
