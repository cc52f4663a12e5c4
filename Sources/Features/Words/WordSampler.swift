import BERT
import Kernels
import Randomness
import Synchronization

/// Draws words of what a masked language model says of tokens.
///
/// The draws are systematic: of M draws a word of probability p is either the floor or the ceiling of M p, and M p on average, so that
/// likely words are nearly exact, unlikely ones are there now and then, and an expectation over the draws is right on average. What a
/// token's neighbours or batches are changes nothing: a token draws from a stream of its row.
struct WordSampler {
    let head: MaskedLanguageHead
    let sampling: WordSampling

    /// - Parameters:
    ///   - states: last states [tokens, hidden].
    ///   - offsets: where each sequence's tokens begin.
    ///   - rows: of the sequences in the whole set.
    func samples(_ states: Matrix, offsets: [Int], rows: Range<Int>, on workers: Workers) -> WordSamples {
        var (ids, entropies) = ([Int32](), [Float]())
        ids.reserveCapacity(states.rows * sampling.draws)
        var starts: [Double] = []
        for (row, (start, end)) in zip(rows, zip(offsets, offsets.dropFirst())) {
            var random = RandomStream(seed: sampling.seed, stream: Streams.words &+ UInt64(row))
            for _ in start..<end { starts.append(random.openUniform()) }
        }
        let begin = starts
        let logits = Matrix(unfilledRows: min(Self.blockTokens, states.rows), columns: head.wordCount)
        let normal = head.transform(states, on: workers).normal
        for first in stride(from: 0, to: states.rows, by: Self.blockTokens) {
            let tokens = first..<min(first + Self.blockTokens, states.rows)
            let block = logits[rows: 0..<tokens.count]
            head.decode(normal[rows: tokens], into: block, on: workers)
            let found = Mutex([(ids: [Int32], entropy: Float)](repeating: ([], 0), count: tokens.count))
            workers.run(tokens.count) { place in
                let drawn = draw(block.row(place), from: begin[first + place])
                found.withLock { $0[place] = drawn }
            }
            for drawn in found.withLock({ $0 }) {
                ids += drawn.ids
                entropies.append(drawn.entropy)
            }
        }
        return WordSamples(draws: sampling.draws, ids: ids, entropies: entropies)
    }

    /// Tokens whose logits stand in memory at once.
    static let blockTokens = 256

    /// The draws of one token, and the entropy of what they are drawn of; its logits are overwritten.
    ///
    /// - Parameter begin: in (0, 1).
    private func draw(_ logits: Matrix, from begin: Double) -> (ids: [Int32], entropy: Float) {
        let scale = Float(1 / sampling.temperature)
        let energies = logits.elements
        let logSum = softmaxWithLogSum(logits, scale: scale)
        let probabilities = logits.elements
        // Rounded probabilities do not sum up to 1: the draws divide what they do sum up to.
        let total = probabilities.reduce(0.0) { $0 + Double($1) }
        let step = total / Double(sampling.draws)
        var (ids, cumulative, energy) = ([Int32](), 0.0, 0.0)
        ids.reserveCapacity(sampling.draws)
        for (id, probability) in probabilities.enumerated() {
            cumulative += Double(probability)
            energy += Double(probability) * Double(energies[id])
            while ids.count < sampling.draws, (Double(ids.count) + begin) * step < cumulative { ids.append(Int32(id)) }
        }
        // The last draw may round up to the very sum.
        while ids.count < sampling.draws { ids.append(ids.last ?? 0) }
        return (ids, Float(max(0, logSum - energy / total * Double(scale))))
    }
}
