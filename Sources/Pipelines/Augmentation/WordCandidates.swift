import BERT
import Kernels
import Tokens

/// Words that may stand in the place of others.
protocol WordCandidates {
    /// For each sequence and each of its places, the words that may stand there.
    func candidates(_ sequences: [TokenSequence], _ places: [[Int]], on workers: Workers) throws(PipelinesError) -> [[[Int32]]]
}

/// What a masked language model puts in the place of a word that it does not see.
struct MaskedWordCandidates: WordCandidates {
    let model: BERTModel
    let head: MaskedLanguageHead
    let words: WholeWords
    let maskID: Int32
    let count: Int

    func candidates(_ sequences: [TokenSequence], _ places: [[Int]], on workers: Workers) throws(PipelinesError) -> [[[Int32]]] {
        var found = places.map { $0.map { _ in [Int32]() } }
        let all = places.indices.flatMap { row in places[row].indices.map { (row: row, index: $0) } }
        let workspace = Workspace()
        for start in stride(from: 0, to: all.count, by: 64) {
            let part = Array(all[start..<min(start + 64, all.count)])
            var batch = TokenBatch()
            for (row, index) in part {
                var ids = sequences[row].ids
                ids[places[row][index]] = maskID
                batch.append(ids: ids, types: sequences[row].types)
            }
            do throws(BERTError) { try batch.check(model.configuration) } catch { throw .model(error) }
            let layer = model.configuration.layerCount
            let taps = model.taps(batch, TapRequirement(layers: [layer]), workspace: workspace, on: workers)
            guard let states = taps.hidden[layer] else { preconditionFailure("taps hold the layer that is required") }
            let masked = part.indices.map { taps.offsets[$0] + places[part[$0].row][part[$0].index] }
            let logits = head.logits(states.gathered(masked), on: workers)
            let best = try Batches.map(part.count, on: workers) { place throws(PipelinesError) in
                words.best(count, logits.row(place).elements, except: sequences[part[place].row].ids[places[part[place].row][part[place].index]])
            }
            for (item, ids) in zip(part, best) { found[item.row][item.index] = ids }
        }
        return found
    }
}

/// Words whose embeddings are nearest by their cosine.
final class EmbeddingCandidates: WordCandidates {
    /// Unit vectors of the vocabulary [words, hidden].
    private let units: Matrix
    private let words: WholeWords
    private let count: Int
    private var known: [Int32: [Int32]] = [:]

    init(_ model: BERTModel, _ words: WholeWords, count: Int) {
        guard let table = model.weights["bert.embeddings.word_embeddings.weight"] else { preconditionFailure("a model has word embeddings") }
        units = table.copy()
        for row in 0..<units.rows {
            let length = sumOfSquares(units.row(row)).squareRoot()
            if length > 0 { scale(units.row(row), by: Float(1 / length)) }
        }
        (self.words, self.count) = (words, count)
    }

    func candidates(_ sequences: [TokenSequence], _ places: [[Int]], on workers: Workers) throws(PipelinesError) -> [[[Int32]]] {
        let wanted = Set(zip(sequences, places).flatMap { sequence, places in places.map { sequence.ids[$0] } }).subtracting(known.keys).sorted()
        for start in stride(from: 0, to: wanted.count, by: 256) {
            let part = Array(wanted[start..<min(start + 256, wanted.count)])
            let vectors = units.gathered(part.map(Int.init))
            let cosines = Matrix(rows: part.count, columns: units.rows)
            multiply(vectors, units.transposed, into: cosines, on: workers)
            let (words, count) = (words, count)
            let best = try Batches.map(part.count, on: workers) { row throws(PipelinesError) in
                words.best(count, cosines.row(row).elements, except: part[row])
            }
            for (id, ids) in zip(part, best) { known[id] = ids }
        }
        return zip(sequences, places).map { sequence, places in places.map { known[sequence.ids[$0]] ?? [] } }
    }
}
