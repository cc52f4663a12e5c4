import BERT
import Shards

extension FeatureCache {
    /// The words drawn of what the teacher says of some sequences' tokens.
    ///
    /// - Throws: `FeaturesError.damaged` where a word is none of a vocabulary.
    func words(of rows: [Int]) throws(FeaturesError) -> WordSamples {
        guard let words else { throw .missing(folder: folder, what: "words of a masked language model (tensor 'words')") }
        let column = try lift(FeaturesError.shards) { () throws(ShardError) in try shards.largeColumn(FeatureColumn.words) }
        var (ids, entropies) = ([Int32](), [Float]())
        for row in rows {
            try lift(FeaturesError.shards) { () throws(ShardError) in
                try unsafe shards.withLarge(column: column, row: row) { bytes in
                    for offset in stride(from: 0, to: bytes.count, by: 4) {
                        ids.append(Int32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
                    }
                }
            }
            entropies += self.entropies[offsetsOfTokens[row]..<offsetsOfTokens[row + 1]]
        }
        guard ids.allSatisfy({ $0 >= 0 }) else { throw .damaged(file: folder, problem: "the column '\(FeatureColumn.words)' holds a negative number") }
        return WordSamples(draws: words.draws, ids: ids, entropies: entropies)
    }
}
