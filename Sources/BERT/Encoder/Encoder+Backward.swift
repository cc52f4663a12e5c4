public import Kernels

/// Gradients that arrive at what an encoder shows, in the shapes of its taps.
public struct TapGradients: Sendable {
    /// At hidden states by layer, counted from 1 [tokens, hidden].
    public var hidden: [Int: Matrix]
    /// At the embedding's output [tokens, hidden].
    public var embedding: Matrix?
    /// By layer, for each sequence at the scaled attention scores before the softmax [heads x length, length].
    public var scores: [Int: [Matrix]]
    /// By layer, at queries, keys and values side by side [tokens, 3 hidden].
    public var queryKeyValue: [Int: Matrix]

    public init(
        hidden: [Int: Matrix] = [:], embedding: Matrix? = nil, scores: [Int: [Matrix]] = [:], queryKeyValue: [Int: Matrix] = [:]
    ) {
        (self.hidden, self.embedding, self.scores, self.queryKeyValue) = (hidden, embedding, scores, queryKeyValue)
    }
}

extension Encoder {
    /// Runs backward through a pass that kept everything.
    ///
    /// - Parameters:
    ///   - arriving: the gradients at the taps.
    ///   - gradients: where the parameters' gradients are added; nil computes the return value only.
    /// - Returns: the gradient at the word embeddings of the batch's tokens [tokens, hidden], in the workspace.
    @discardableResult
    public func backward(
        _ pass: EncoderPass, from arriving: TapGradients, into gradients: Parameters?, workspace: Workspace,
        on workers: Workers
    ) -> Matrix {
        let tokens = pass.batch.tokenCount
        let hidden = configuration.hiddenSize
        let targets = gradients.map { EncoderWeights($0, configuration) }
        let buffers = BackwardBuffers(configuration, tokens: tokens, workspace: workspace)
        let gradient = buffers.gradient
        gradient.fill(0)
        for index in (0..<configuration.layerCount).reversed() {
            if let tap = arriving.hidden[index + 1] { addScaled(1, tap, to: gradient) }
            backward(pass, index: index, from: arriving, buffers, into: targets?.layers[index], on: workers)
        }
        let spans = tokens.spans(minimum: 32)
        let partial = workspace.zeros(rows: 2 * spans.count, columns: hidden)
        workers.run(spans.count) { span in
            let rows = gradient[rows: spans[span]]
            pass.dropout?.apply(rows, .embedding, layer: 0, first: spans[span].lowerBound * hidden)
            if let tap = arriving.embedding { addScaled(1, tap[rows: spans[span]], to: rows) }
            layerNormGradient(
                rows, normalised: pass.embeddingNormalised[rows: spans[span]],
                inverse: pass.embeddingInverse[rows: spans[span]], gain: weights.gain, into: rows,
                parameters: targets == nil ? nil : (partial.row(2 * span), partial.row(2 * span + 1)))
        }
        if let targets {
            for span in spans.indices {
                addScaled(1, partial.row(2 * span), to: targets.gain)
                addScaled(1, partial.row(2 * span + 1), to: targets.offset)
            }
            scatter(gradient, pass.batch, into: targets, on: workers)
        }
        return gradient
    }

    /// Adds each token's gradient to its rows of the three tables, in token order; workers share the columns.
    private func scatter(_ gradient: Matrix, _ batch: TokenBatch, into targets: EncoderWeights, on workers: Workers) {
        let positions = batch.positions
        workers.split(configuration.hiddenSize, minimum: 64) { columns in
            for token in 0..<batch.tokenCount {
                let row = gradient.row(token)[columns: columns]
                addScaled(1, row, to: targets.words.row(Int(batch.ids[token]))[columns: columns])
                addScaled(1, row, to: targets.positions.row(positions[token])[columns: columns])
                addScaled(1, row, to: targets.types.row(Int(batch.types[token]))[columns: columns])
            }
        }
    }

    /// One layer: `buffers.gradient` holds the gradient at its output before, at its input after.
    private func backward(
        _ pass: EncoderPass, index: Int, from arriving: TapGradients, _ buffers: BackwardBuffers,
        into target: EncoderWeights.Layer?, on workers: Workers
    ) {
        let (layer, weight) = (pass.layers[index], weights.layers[index])
        let hidden = configuration.hiddenSize
        let spans = pass.batch.tokenCount.spans(minimum: 32)
        let norms = buffers.norms[rows: 0..<4 * spans.count]
        norms.fill(0)
        /// Back through a norm, in place, and from there through the dropout before it, into a copy.
        func norm(_ place: Int, _ normalised: Matrix, _ inverse: Matrix, gain: Matrix, _ site: Dropout.Site, into copy: Matrix) {
            workers.run(spans.count) { span in
                let rows = spans[span]
                let (gradient, copy) = (buffers.gradient[rows: rows], copy[rows: rows])
                layerNormGradient(
                    gradient, normalised: normalised[rows: rows], inverse: inverse[rows: rows], gain: gain, into: gradient,
                    parameters: target == nil ? nil : (norms.row(4 * span + place), norms.row(4 * span + place + 1)))
                copy.assign(gradient)
                pass.dropout?.apply(copy, site, layer: index + 1, first: rows.lowerBound * hidden)
            }
        }
        norm(0, layer.outputNormalised, layer.outputInverse, gain: weight.outputGain, .output, into: buffers.output)
        multiply(buffers.output, weight.output, into: buffers.intermediate, on: workers) { rows, columns in
            scale(buffers.intermediate[rows: rows][columns: columns], by: layer.slope[rows: rows][columns: columns])
        }
        multiply(buffers.intermediate, weight.intermediate, into: buffers.gradient, beta: 1, on: workers)
        norm(2, layer.attentionNormalised, layer.attentionInverse, gain: weight.attentionGain, .attentionOutput, into: buffers.attention)
        multiply(buffers.attention, weight.attentionOutput, into: buffers.context, on: workers)
        attendBackward(pass, index: index, scores: arriving.scores[index + 1], buffers, on: workers)
        if let tap = arriving.queryKeyValue[index + 1] { addScaled(1, tap, to: buffers.queryKeyValue) }
        multiply(buffers.queryKeyValue, weight.queryKeyValue, into: buffers.gradient, beta: 1, on: workers)

        guard let target else { return }
        for span in spans.indices {
            for (place, sum) in [target.outputGain, target.outputOffset, target.attentionGain, target.attentionOffset]
                .enumerated()
            {
                addScaled(1, norms.row(4 * span + place), to: sum)
            }
        }
        accumulate(
            [
                DenseGradient(buffers.output, input: layer.activated, weight: target.output, bias: target.outputBias),
                DenseGradient(buffers.intermediate, input: layer.attended, weight: target.intermediate, bias: target.intermediateBias),
                DenseGradient(buffers.attention, input: layer.context, weight: target.attentionOutput, bias: target.attentionOutputBias),
                DenseGradient(buffers.queryKeyValue, input: layer.input, weight: target.queryKeyValue, bias: target.queryKeyValueBias),
            ], on: workers)
    }

    private func attendBackward(
        _ pass: EncoderPass, index: Int, scores arriving: [Matrix]?, _ buffers: BackwardBuffers, on workers: Workers
    ) {
        let (layer, batch) = (pass.layers[index], pass.batch)
        let heads = configuration.headCount
        let scale = 1 / Float(configuration.headSize).squareRoot()
        let blocks = ProbabilityLayout(offsets: batch.offsets, headCount: heads)
        workers.run(batch.sequenceCount * heads) { task in
            let (sequence, head) = (task / heads, task % heads)
            let rows = batch.range(sequence)
            let first = blocks.first(sequence, head, length: rows.count)
            let part = HeadViews(layer.queryKeyValue[rows: rows], configuration, head)
            let into = HeadViews(buffers.queryKeyValue[rows: rows], configuration, head)
            let context = buffers.context[rows: rows][columns: configuration.headColumns(head)]
            let probabilities = blocks.block(of: layer.probabilities, sequence, head, length: rows.count)
            let scores = Matrix(rows: rows.count, columns: rows.count)
            multiply(context, part.value.transposed, into: scores)
            var dropped = probabilities
            if let dropout = pass.dropout, dropout.attentionRate > 0 {
                dropped = probabilities.copy()
                dropout.apply(dropped, .probabilities, layer: index + 1, first: first)
                dropout.apply(scores, .probabilities, layer: index + 1, first: first)
            }
            multiply(dropped.transposed, context, into: into.value)
            softmaxGradient(probabilities, scores, scale: scale)
            if let arriving { addScaled(scale, arriving[sequence][rows: head * rows.count..<(head + 1) * rows.count], to: scores) }
            multiply(scores, part.key, into: into.query)
            multiply(scores.transposed, part.query, into: into.key)
        }
    }
}

/// The matrices of a backward pass, shared by all layers.
struct BackwardBuffers: Sendable {
    let gradient, output, intermediate, attention, context, queryKeyValue, norms: Matrix

    init(_ configuration: BERTConfiguration, tokens: Int, workspace: Workspace) {
        let hidden = configuration.hiddenSize
        gradient = workspace.matrix(rows: tokens, columns: hidden)
        output = workspace.matrix(rows: tokens, columns: hidden)
        intermediate = workspace.matrix(rows: tokens, columns: configuration.intermediateSize)
        attention = workspace.matrix(rows: tokens, columns: hidden)
        context = workspace.matrix(rows: tokens, columns: hidden)
        queryKeyValue = workspace.matrix(rows: tokens, columns: 3 * hidden)
        norms = workspace.matrix(rows: 4 * tokens.spans(minimum: 32).count, columns: hidden)
    }
}

extension Workspace {
    /// A matrix of zeros.
    public func zeros(rows: Int, columns: Int) -> Matrix {
        let matrix = matrix(rows: rows, columns: columns)
        matrix.fill(0)
        return matrix
    }
}
