public import Kernels

/// The transformer encoder of BERT (Devlin et al., 2019) over packed sequences: nothing is padded, nothing masked.
public struct Encoder: Sendable {
    public let configuration: BERTConfiguration
    let weights: EncoderWeights

    public init(_ configuration: BERTConfiguration, _ parameters: Parameters) {
        self.configuration = configuration
        weights = EncoderWeights(parameters, configuration)
    }

    public var embeddingTables: Embedding { Embedding(weights, configuration) }

    /// Runs a checked batch forward.
    ///
    /// - Parameters:
    ///   - perturbation: added to the word embeddings before position, type and layer norm [tokens, hidden].
    ///   - dropout: what to drop, in training.
    ///   - keep: the layers whose states must outlive the pass; nil keeps everything, as the backward pass needs.
    ///   - scores: the layers whose attention scores are kept beside.
    ///   - queryKeyValue: the layers whose queries, keys and values outlive the pass where not everything does.
    ///   - workspace: where all matrices of the pass come from.
    public func forward(
        _ batch: TokenBatch, perturbation: Matrix? = nil, dropout: Dropout? = nil, keep: Set<Int>? = nil, scores: [Int] = [],
        queryKeyValue: [Int] = [], workspace: Workspace, on workers: Workers
    ) -> EncoderPass {
        let hidden = configuration.hiddenSize
        let tokens = batch.tokenCount
        let rows = { (columns: Int) in workspace.matrix(rows: tokens, columns: columns) }

        let (embeddingNormalised, embeddingInverse, embedding) = (rows(hidden), rows(1), rows(hidden))
        let embedded = dropout == nil ? embedding : rows(hidden)
        embeddingTables.forward(
            batch, perturbation: perturbation, normalised: embeddingNormalised, inverse: embeddingInverse, into: embedding, on: workers)
        if let dropout {
            workers.split(tokens, minimum: 32) { span in
                embedded[rows: span].assign(embedding[rows: span])
                dropout.apply(embedded[rows: span], .embedding, layer: 0, first: span.lowerBound * hidden)
            }
        }

        let blocks = ProbabilityLayout(offsets: batch.offsets, headCount: configuration.headCount)
        var layers: [EncoderPass.Layer] = []
        var shown: [Int: [Matrix]] = [:]
        var (scratch, relations): (EncoderPass.Layer?, Matrix?) = (nil, nil)
        for index in 0..<configuration.layerCount {
            let input = layers.last?.output ?? embedded
            // Without a backward pass all layers share the inner matrices, and only the states that are kept, and the
            // last two, have matrices of their own.
            let reusable = keep == nil ? nil : scratch
            let isKept = keep.map { $0.contains(index + 1) || index + 1 == configuration.layerCount } ?? true
            let spare =
                isKept || index < 2 || keep!.contains(index - 1) ? nil : layers[index - 2].output
            let layer = EncoderPass.Layer(
                input: input,
                queryKeyValue: (queryKeyValue.contains(index + 1) ? nil : relations) ?? rows(3 * hidden),
                probabilities: reusable?.probabilities ?? workspace.matrix(rows: 1, columns: blocks.count),
                context: reusable?.context ?? rows(hidden),
                attentionNormalised: reusable?.attentionNormalised ?? rows(hidden),
                attentionInverse: reusable?.attentionInverse ?? rows(1),
                attended: reusable?.attended ?? rows(hidden),
                slope: reusable?.slope ?? rows(configuration.intermediateSize),
                activated: reusable?.activated ?? rows(configuration.intermediateSize),
                outputNormalised: reusable?.outputNormalised ?? rows(hidden),
                outputInverse: reusable?.outputInverse ?? rows(1),
                output: spare ?? rows(hidden))
            scratch = scratch ?? layer
            if keep != nil, !queryKeyValue.contains(index + 1) { relations = layer.queryKeyValue }
            if scores.contains(index + 1) {
                shown[index + 1] = (0..<batch.sequenceCount).map { sequence in
                    let length = batch.range(sequence).count
                    return workspace.matrix(rows: configuration.headCount * length, columns: length)
                }
            }
            forward(layer, index: index, blocks: blocks, batch: batch, dropout: dropout, scores: shown[index + 1], on: workers)
            layers.append(layer)
        }
        return EncoderPass(
            batch: batch, dropout: dropout, embeddingNormalised: embeddingNormalised,
            embeddingInverse: embeddingInverse, embedding: embedding, embedded: embedded, layers: layers, scores: shown)
    }

    /// The word embeddings of a checked batch, before position, type and layer norm [tokens, hidden].
    public func wordEmbeddings(_ batch: TokenBatch, workspace: Workspace) -> Matrix {
        let words = workspace.matrix(rows: batch.tokenCount, columns: configuration.hiddenSize)
        for (token, id) in batch.ids.enumerated() { words.row(token).assign(weights.words.row(Int(id))) }
        return words
    }

    private func forward(
        _ layer: EncoderPass.Layer, index: Int, blocks: ProbabilityLayout, batch: TokenBatch, dropout: Dropout?,
        scores: [Matrix]?, on workers: Workers
    ) {
        let hidden = configuration.hiddenSize
        let weight = weights.layers[index]
        let epsilon = configuration.layerNormEpsilon
        multiply(layer.input, weight.queryKeyValue.transposed, bias: weight.queryKeyValueBias, into: layer.queryKeyValue, on: workers)
        attend(layer, index: index, blocks: blocks, batch: batch, dropout: dropout, scores: scores, on: workers)
        /// The dropout of a sum, what goes past it where it is not in it yet, and the norm, a few rows at a time.
        func finish(
            _ sum: Matrix, past: Matrix, _ site: Dropout.Site, gain: Matrix, offset: Matrix, inverse: Matrix, into result: Matrix
        ) {
            workers.split(sum.rows, minimum: 16) { rows in
                let x = sum[rows: rows]
                if let dropout {
                    dropout.apply(x, site, layer: index + 1, first: rows.lowerBound * hidden)
                    addScaled(1, past[rows: rows], to: x)
                }
                layerNorm(x, gain: gain, offset: offset, epsilon: epsilon, normalised: x, inverse: inverse[rows: rows], into: result[rows: rows])
            }
        }
        multiply(
            layer.context, weight.attentionOutput.transposed, bias: weight.attentionOutputBias, past: dropout == nil ? layer.input : nil,
            into: layer.attentionNormalised, on: workers)
        finish(
            layer.attentionNormalised, past: layer.input, .attentionOutput, gain: weight.attentionGain, offset: weight.attentionOffset,
            inverse: layer.attentionInverse, into: layer.attended)
        multiply(
            layer.attended, weight.intermediate.transposed, bias: weight.intermediateBias, into: layer.slope, on: workers
        ) { rows, columns in
            applyGELU(layer.slope[rows: rows][columns: columns], into: layer.activated[rows: rows][columns: columns])
        }
        multiply(
            layer.activated, weight.output.transposed, bias: weight.outputBias, past: dropout == nil ? layer.attended : nil,
            into: layer.outputNormalised, on: workers)
        finish(
            layer.outputNormalised, past: layer.attended, .output, gain: weight.outputGain, offset: weight.outputOffset,
            inverse: layer.outputInverse, into: layer.output)
    }

    /// Scaled dot-product attention of each head of each sequence.
    private func attend(
        _ layer: EncoderPass.Layer, index: Int, blocks: ProbabilityLayout, batch: TokenBatch, dropout: Dropout?,
        scores: [Matrix]?, on workers: Workers
    ) {
        let heads = configuration.headCount
        let scale = 1 / Float(configuration.headSize).squareRoot()
        workers.run(batch.sequenceCount * heads) { task in
            let (sequence, head) = (task / heads, task % heads)
            let part = HeadViews(layer.queryKeyValue[rows: batch.range(sequence)], configuration, head)
            let length = batch.range(sequence).count
            var probabilities = blocks.block(of: layer.probabilities, sequence, head, length: length)
            multiply(part.query, part.key.transposed, into: probabilities)
            if let shown = scores?[sequence] {
                let shown = shown[rows: head * length..<(head + 1) * length]
                shown.assign(probabilities)
                Kernels.scale(shown, by: scale)
            }
            softmax(probabilities, scale: scale)
            if let dropout, dropout.attentionRate > 0 {
                probabilities = probabilities.copy()
                dropout.apply(
                    probabilities, .probabilities, layer: index + 1,
                    first: blocks.first(sequence, head, length: length))
            }
            let context = layer.context[rows: batch.range(sequence)]
            multiply(probabilities, part.value, into: context[columns: configuration.headColumns(head)])
        }
    }
}

/// One head's query, key and value of one sequence, or their gradients [length, head size].
struct HeadViews {
    let query, key, value: Matrix

    init(_ queryKeyValue: Matrix, _ configuration: BERTConfiguration, _ head: Int) {
        let (hidden, columns) = (configuration.hiddenSize, configuration.headColumns(head))
        query = queryKeyValue[columns: columns]
        key = queryKeyValue[columns: columns.lowerBound + hidden..<columns.upperBound + hidden]
        value = queryKeyValue[columns: columns.lowerBound + 2 * hidden..<columns.upperBound + 2 * hidden]
    }
}

extension BERTConfiguration {
    /// Where a head stands in the hidden columns.
    func headColumns(_ head: Int) -> Range<Int> { head * headSize..<(head + 1) * headSize }
}

extension TokenBatch {
    /// The place of each token in its sequence.
    var positions: [Int] { (0..<sequenceCount).flatMap { Array(0..<range($0).count) } }
}
