import BERT
import Kernels
import Synchronization

/// Losses of words at the logits of a masked language model's head. A vocabulary is wide, so that logits stand for a few tokens at a time.
public enum WordLoss {
    /// Tokens whose logits stand in memory at once.
    public static let blockTokens = 256

    /// The losses, and the gradient at the states.
    ///
    /// Soft is DistilBERT's (Sanh et al., 2019): KL(p || softmax(y / t)) t^2, a mean over all tokens, where p is known by words drawn of it and by
    /// its entropy; on average over draws loss and gradient are those of p itself. Hard is the cross entropy of masked words, a mean over them.
    /// - Parameters:
    ///   - states: last states [tokens, hidden].
    ///   - targets: of each token the word that stood there where it was masked, else -1.
    ///   - gradients: the head that parameters' gradients are added to; nil leaves them out.
    ///   - movesDecoder: whether they reach the decoder, too.
    static func terms(
        _ head: MaskedLanguageHead, _ states: Matrix, targets: [Int], teacher: WordSamples?, weights: LossWeights, temperature: Double,
        adding gradients: MaskedLanguageHead?, movesDecoder: Bool = true, on workers: Workers
    ) -> (terms: LossTerms, gradient: Matrix) {
        precondition(targets.count == states.rows, "a target, or none, for each token")
        precondition(weights.soft == 0 || teacher?.tokenCount == states.rows, "draws for each token")
        let pass = head.transform(states, on: workers)
        let masked = targets.indices.filter { targets[$0] >= 0 }
        let arriving = Matrix(rows: states.rows, columns: states.columns)
        let scale = Scale(
            soft: states.rows == 0 ? 0 : weights.soft / Double(states.rows), hard: masked.isEmpty ? 0 : weights.hard / Double(masked.count),
            temperature: temperature)
        // Without a soft loss the tokens that were not masked have no part in it.
        let tokens = weights.soft != 0 ? Array(targets.indices) : masked
        var losses: [(soft: Double, hard: Double)] = []
        for start in stride(from: 0, to: tokens.count, by: blockTokens) {
            let block = Array(tokens[start..<min(start + blockTokens, tokens.count)])
            let normal = pass.normal.gathered(block)
            let logits = Matrix(unfilledRows: block.count, columns: head.wordCount)
            head.decode(normal, into: logits, on: workers)
            let found = Mutex([(soft: Double, hard: Double)](repeating: (0, 0), count: block.count))
            workers.run(block.count) { place in
                let token = block[place]
                let drawn = teacher.map { (ids: $0.ids(of: token), entropy: $0.entropies[token]) }
                let loss = differentiate(logits.row(place), target: targets[token], drawn: drawn, scale)
                found.withLock { $0[place] = loss }
            }
            losses += found.withLock { $0 }
            let gradient = Matrix(unfilledRows: block.count, columns: states.columns)
            head.decodeBackward(logits: logits, normal: normal, into: gradient, adding: gradients, movesDecoder: movesDecoder, on: workers)
            for (place, token) in block.enumerated() { arriving.row(token).assign(gradient.row(place)) }
        }
        var terms = LossTerms()
        if scale.soft != 0 { terms.soft = losses.reduce(0) { $0 + $1.soft } * temperature * temperature / Double(states.rows) }
        if scale.hard != 0 { terms.hard = losses.reduce(0) { $0 + $1.hard } / Double(masked.count) }
        return (terms, head.backward(pass, arriving, adding: gradients, on: workers))
    }

    /// What a token's terms are multiplied by.
    private struct Scale {
        let soft, hard, temperature: Double
    }

    /// A token's losses; its logits become their gradient.
    private static func differentiate(
        _ logits: Matrix, target: Int, drawn: (ids: ArraySlice<Int32>, entropy: Float)?, _ scale: Scale
    ) -> (soft: Double, hard: Double) {
        var (soft, hard) = (0.0, 0.0)
        let labelled = scale.hard != 0 && target >= 0 ? logits.copy() : nil
        if scale.soft != 0, let drawn {
            let mean = drawn.ids.reduce(0.0) { $0 + Double(logits[0, Int($1)]) } / scale.temperature / Double(drawn.ids.count)
            let logSum = softmaxWithLogSum(logits, scale: Float(1 / scale.temperature))
            soft = logSum - mean - Double(drawn.entropy)
            let weight = scale.soft * scale.temperature
            Kernels.scale(logits, by: Float(weight))
            for id in drawn.ids { logits[0, Int(id)] -= Float(weight / Double(drawn.ids.count)) }
        } else {
            logits.fill(0)
        }
        if let labelled {
            let own = Double(labelled[0, target])
            hard = softmaxWithLogSum(labelled, scale: 1) - own
            addScaled(Float(scale.hard), labelled, to: logits)
            logits[0, target] -= Float(scale.hard)
        }
        return (soft, hard)
    }
}
