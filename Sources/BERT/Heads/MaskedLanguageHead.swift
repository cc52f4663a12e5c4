public import Kernels

/// The head of a `BertForMaskedLM`: logits of every word of the vocabulary at a token, from its last state. Its decoder is the table of
/// word embeddings, unless the file has one of its own.
public struct MaskedLanguageHead: Sendable {
    /// What the backward pass reads of the tokens' way to the decoder.
    public struct Pass: Sendable {
        let states, slope, normalised, inverse: Matrix
        /// What the decoder sees [tokens, hidden].
        public let normal: Matrix
    }

    /// Tensors by the names of transformers.
    enum Names {
        static let head = "cls.predictions."
        static let dense = "cls.predictions.transform.dense."
        static let norm = "cls.predictions.transform.LayerNorm."
        static let bias = "cls.predictions.bias"
        static let decoder = "cls.predictions.decoder.weight"
    }

    let dense, denseBias, gain, offset: Matrix
    /// [vocabulary, hidden]
    let decoder: Matrix
    let bias: Matrix
    let epsilon: Float

    /// Nil where the model predicts no words.
    public init?(_ configuration: BERTConfiguration, _ parameters: Parameters) {
        guard configuration.predictsWords, let dense = parameters[Names.dense + "weight"], let denseBias = parameters[Names.dense + "bias"],
            let gain = parameters[Names.norm + "weight"], let offset = parameters[Names.norm + "bias"], let bias = parameters[Names.bias],
            let decoder = parameters["bert.embeddings.word_embeddings.weight"]
        else { return nil }
        (self.dense, self.denseBias, self.gain, self.offset) = (dense, denseBias, gain, offset)
        (self.decoder, self.bias, epsilon) = (decoder, bias, configuration.layerNormEpsilon)
    }

    init(dense: Matrix, denseBias: Matrix, gain: Matrix, offset: Matrix, decoder: Matrix, bias: Matrix, epsilon: Float) {
        (self.dense, self.denseBias, self.gain, self.offset) = (dense, denseBias, gain, offset)
        (self.decoder, self.bias, self.epsilon) = (decoder, bias, epsilon)
    }

    public var wordCount: Int { decoder.rows }

    /// Copies all but the decoder into the head of a model of the same width.
    public func copy(into other: Parameters) {
        let parts = [
            (Names.dense + "weight", dense), (Names.dense + "bias", denseBias), (Names.norm + "weight", gain), (Names.norm + "bias", offset), (Names.bias, bias),
        ]
        for (name, matrix) in parts { other[name]?.assign(matrix) }
    }

    /// - Parameter states: last states of some tokens [tokens, hidden].
    public func transform(_ states: Matrix, on workers: Workers) -> Pass {
        func matrix(_ columns: Int) -> Matrix { Matrix(unfilledRows: states.rows, columns: columns) }
        let (slope, active, inverse, normal) = (matrix(dense.rows), matrix(dense.rows), matrix(1), matrix(dense.rows))
        multiply(states, dense.transposed, bias: denseBias, into: slope, on: workers)
        applyGELU(slope, into: active)
        layerNorm(active, gain: gain, offset: offset, epsilon: epsilon, normalised: active, inverse: inverse, into: normal)
        return Pass(states: states, slope: slope, normalised: active, inverse: inverse, normal: normal)
    }

    /// Logits [tokens, vocabulary] of some of a pass' tokens.
    ///
    /// - Parameter normal: what the decoder sees of them.
    public func decode(_ normal: Matrix, into logits: Matrix, on workers: Workers) {
        multiply(normal, decoder.transposed, bias: bias, into: logits, on: workers)
    }

    /// - Parameter states: last states of some tokens [tokens, hidden].
    /// - Returns: [tokens, vocabulary]
    public func logits(_ states: Matrix, on workers: Workers) -> Matrix {
        let logits = Matrix(unfilledRows: states.rows, columns: decoder.rows)
        decode(transform(states, on: workers).normal, into: logits, on: workers)
        return logits
    }

    /// The gradient at what the decoder sees.
    ///
    /// - Parameters:
    ///   - logits: the gradient at the logits of some tokens [tokens, vocabulary].
    ///   - normal: what the decoder saw of them.
    ///   - arriving: is filled [tokens, hidden].
    ///   - gradients: the head whose decoder and bias the gradients are added to; nil leaves them out.
    ///   - movesDecoder: whether the decoder learns; it is the table of words, which is the encoder's.
    public func decodeBackward(
        logits: Matrix, normal: Matrix, into arriving: Matrix, adding gradients: MaskedLanguageHead?, movesDecoder: Bool = true, on workers: Workers
    ) {
        multiply(logits, decoder, into: arriving, on: workers)
        guard let gradients else { return }
        if !movesDecoder { return addColumnSums(logits, to: gradients.bias) }
        accumulate([DenseGradient(logits, input: normal, weight: gradients.decoder, bias: gradients.bias)], on: workers)
    }

    /// The gradient at the states.
    ///
    /// - Parameter arriving: the gradient at what the decoder sees of all tokens of the pass; is overwritten.
    public func backward(_ pass: Pass, _ arriving: Matrix, adding gradients: MaskedLanguageHead?, on workers: Workers) -> Matrix {
        layerNormGradient(
            arriving, normalised: pass.normalised, inverse: pass.inverse, gain: gain, into: arriving,
            parameters: gradients.map { ($0.gain, $0.offset) })
        scale(arriving, by: pass.slope)
        let result = Matrix(unfilledRows: arriving.rows, columns: dense.columns)
        multiply(arriving, dense, into: result, on: workers)
        if let gradients { accumulate([DenseGradient(arriving, input: pass.states, weight: gradients.dense, bias: gradients.denseBias)], on: workers) }
        return result
    }
}
