import BERT
import Distillation
import Kernels
import Randomness

/// A student and its loss in doubles, written naively, with none of the library's arithmetic: the oracle of finite
/// differences.
struct DoubleOracle {
    typealias Rows = [[Double]]

    let configuration: BERTConfiguration
    let layout: ParameterLayout
    var values: [Double]
    var dropout: Dropout?
    /// Added to the word embeddings.
    var moved: Rows?

    init(_ configuration: BERTConfiguration, _ parameters: Parameters, dropout: Dropout? = nil) {
        self.configuration = configuration
        self.dropout = dropout
        layout = parameters.layout
        values = parameters.flat.elements.map(Double.init)
    }

    func matrix(_ name: String) -> Rows {
        let entry = layout[name]!
        return (0..<entry.rows).map { row in
            Array(values[entry.offset + row * entry.columns..<entry.offset + (row + 1) * entry.columns])
        }
    }
    func vector(_ name: String) -> [Double] { matrix(name)[0] }

    /// The total loss, and its probe's where there is one.
    func loss(_ batch: StudentBatch, _ step: StudentStep) -> Double {
        let hidden = hiddenStates(batch.tokens)
        var total = 0.0
        if step.weights.contrastive != 0 { total += step.weights.contrastive * contrastive(batch, step, hidden) }
        if step.weights.usesLogits { total += predictive(batch, step, hidden, step.weights) }
        return total
    }

    /// The states of each layer, counted from 0 for the embedding.
    private func hiddenStates(_ tokens: TokenBatch) -> [Rows] {
        let words = matrix("bert.embeddings.word_embeddings.weight")
        let positions = matrix("bert.embeddings.position_embeddings.weight")
        let types = matrix("bert.embeddings.token_type_embeddings.weight")
        var x: Rows = []
        for sequence in 0..<tokens.sequenceCount {
            for (place, token) in tokens.range(sequence).enumerated() {
                var row = words[Int(tokens.ids[token])] + positions[place] + types[Int(tokens.types[token])]
                if let moved { row = row + moved[token] }
                x.append(row)
            }
        }
        x = dropped(normalised(x, "bert.embeddings.LayerNorm"), layer: 0, site: 0)
        var states = [x]
        for index in 0..<configuration.layerCount {
            x = layer(index, x, tokens)
            states.append(x)
        }
        return states
    }

    private func layer(_ index: Int, _ x: Rows, _ tokens: TokenBatch) -> Rows {
        let name = "bert.encoder.layer.\(index)"
        let query = dense(x, "\(name).attention.self.query")
        let key = dense(x, "\(name).attention.self.key")
        let value = dense(x, "\(name).attention.self.value")
        var context = Rows(repeating: [Double](repeating: 0, count: configuration.hiddenSize), count: x.count)
        var blockStart = 0
        for sequence in 0..<tokens.sequenceCount {
            let rows = tokens.range(sequence)
            for head in 0..<configuration.headCount {
                let columns = head * configuration.headSize..<(head + 1) * configuration.headSize
                for (place, i) in rows.enumerated() {
                    let scores = rows.map { j in
                        columns.reduce(0.0) { $0 + query[i][$1] * key[j][$1] } / Double(configuration.headSize).squareRoot()
                    }
                    let probabilities = logSoftmax(scores).map(exponential)
                    for (other, j) in rows.enumerated() {
                        let at = blockStart + place * rows.count + other
                        let kept = keep(at, dropout?.attentionRate ?? 0, layer: index + 1, site: 1) * probabilities[other]
                        for column in columns { context[i][column] += kept * value[j][column] }
                    }
                }
                blockStart += (rows.count * rows.count + 7) / 8 * 8
            }
        }
        let attention = dropped(dense(context, "\(name).attention.output.dense"), layer: index + 1, site: 2)
        let attended = normalised(zip(attention, x).map { $0 + $1 }, "\(name).attention.output.LayerNorm")
        let inner = dense(attended, "\(name).intermediate.dense").map { $0.map(gelu) }
        let output = dropped(dense(inner, "\(name).output.dense"), layer: index + 1, site: 3)
        return normalised(zip(output, attended).map { $0 + $1 }, "\(name).output.LayerNorm")
    }

    /// x W^T + b.
    private func dense(_ x: Rows, _ name: String) -> Rows {
        let (weight, bias) = (matrix(name + ".weight"), vector(name + ".bias"))
        return x.map { row in zip(weight, bias).map { dot($0, row) + $1 } }
    }

    private func normalised(_ x: Rows, _ name: String) -> Rows {
        let (gain, offset) = (vector(name + ".weight"), vector(name + ".bias"))
        return x.map { row in
            let mean = row.reduce(0, +) / Double(row.count)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)
            let inverse = 1 / (variance + Double(configuration.layerNormEpsilon)).squareRoot()
            return row.indices.map { (row[$0] - mean) * inverse * gain[$0] + offset[$0] }
        }
    }

    private func dropped(_ x: Rows, layer: Int, site: UInt64) -> Rows {
        guard let rate = dropout?.hiddenRate else { return x }
        return x.enumerated().map { row, values in
            values.enumerated().map { keep(row * values.count + $0, rate, layer: layer, site: site) * $1 }
        }
    }

    /// 0 or the inverse of what is kept on average, by the documented counter.
    private func keep(_ index: Int, _ rate: Float, layer: Int, site: UInt64) -> Double {
        guard let dropout, rate > 0 else { return 1 }
        let stream = Streams.dropout + UInt64(dropout.step) * 4096 + UInt64(layer) * 8 + site
        let word = Philox(seed: dropout.seed).block(stream: stream, index: UInt64(index / 8))[index % 8 / 2]
        let (half, threshold) = (word >> (index % 2 == 0 ? 0 : 16) & 0xFFFF, UInt32(Double(rate) * 65536))
        return half < threshold ? 0 : 65536 / Double(65536 - threshold)
    }
}

extension DoubleOracle {
    private func contrastive(_ batch: StudentBatch, _ step: StudentStep, _ hidden: [Rows]) -> Double {
        guard let objective = step.objective as? LRCObjective else { return 0 }
        let projections = layout.entries.filter(\.isProjection).map { matrix($0.name) }
        let count = batch.tokens.sequenceCount
        var total = 0.0
        for (index, layer) in objective.layers.enumerated() {
            let w = projections[projections.count == 1 ? 0 : index]
            let projected = hidden[index + 1].map { row in
                w[0].indices.map { column in row.indices.reduce(0.0) { $0 + row[$1] * w[$1][column] } }
            }
            let states = batch.teacher!.hidden[layer]!
            let teacher = (0..<states.rows).map { states.row($0).elements.map(Double.init) }
            for anchor in 0..<count {
                let student = Array(projected[batch.tokens.range(anchor)])
                for part in objective.cosine.modes {
                    let g = { (other: Int) in
                        1 - similarity(part, Array(teacher[batch.tokens.range(other)]), student)
                    }
                    let positive = g(anchor)
                    var loss = positive
                    let negatives = batch.negatives[anchor]
                    for other in negatives {
                        loss += Double(objective.contrastWeight) / Double(negatives.count) * (2 - (g(other) - positive))
                    }
                    total += loss / Double(objective.cosine.modes.count) / Double(count)
                }
            }
        }
        return total
    }

    private func similarity(_ mode: Cosine, _ x: Rows, _ s: Rows) -> Double {
        let shared = 0..<min(x.count, s.count)
        switch mode {
        case .cls: return cosine(x[0], s[0])
        case .mean: return cosine(mean(x), mean(s))
        case .token: return shared.reduce(0.0) { $0 + cosine(x[$1], s[$1]) } / Double(s.count)
        case .sequence, .sequenceAndCLS:
            let (a, b) = (x.flatMap { $0 }, s.flatMap { $0 })
            return shared.reduce(0.0) { $0 + dot(x[$1], s[$1]) } / (dot(a, a) * dot(b, b)).squareRoot()
        }
    }

    private func predictive(_ batch: StudentBatch, _ step: StudentStep, _ hidden: [Rows], _ weights: LossWeights) -> Double {
        let first = (0..<batch.tokens.sequenceCount).map { hidden.last![batch.tokens.offsets[$0]] }
        var pooled = dense(first, "bert.pooler.dense").map { $0.map(hyperbolicTangent) }
        pooled = dropped(pooled, layer: configuration.layerCount + 1, site: 4)
        let logits = dense(pooled, "classifier")
        let t = step.temperature
        var (soft, hard) = (0.0, 0.0)
        for (row, ours) in logits.enumerated() {
            let theirs = batch.teacher!.logits!.row(row).elements.map(Double.init)
            switch batch.labels {
            case .none, .tags: break
            case .scores(let scores):
                soft += (ours[0] - theirs[0]) * (ours[0] - theirs[0])
                hard += (ours[0] - Double(scores[row])) * (ours[0] - Double(scores[row]))
            case .categories(let categories):
                let (s, q) = (logSoftmax(ours.map { $0 / t }), logSoftmax(theirs.map { $0 / t }))
                soft += t * t * zip(q, s).reduce(0) { $0 + exponential($1.0) * ($1.0 - $1.1) }
                hard -= logSoftmax(ours)[categories[row]]
            }
        }
        return (weights.soft * soft + weights.hard * hard) / Double(logits.count)
    }
}

extension Cosine {
    /// The simple modes that it is the mean of.
    fileprivate var modes: [Cosine] { self == .sequenceAndCLS ? [.sequence, .cls] : [self] }
}

private func + (a: [Double], b: [Double]) -> [Double] { zip(a, b).map { $0.0 + $0.1 } }
private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
private func cosine(_ a: [Double], _ b: [Double]) -> Double { dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot() }
private func mean(_ x: [[Double]]) -> [Double] {
    x[0].indices.map { column in x.reduce(0.0) { $0 + $1[column] } / Double(x.count) }
}
private func logSoftmax(_ x: [Double]) -> [Double] {
    let top = x.max()!
    let sum = logarithm(x.reduce(0) { $0 + exponential($1 - top) }) + top
    return x.map { $0 - sum }
}
private func gelu(_ x: Double) -> Double { x * (1 + errorFunction(x / 2.0.squareRoot())) / 2 }
