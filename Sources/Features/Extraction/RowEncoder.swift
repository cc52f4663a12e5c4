import BERT
import Kernels
import Shards

/// Turns a batch's taps into rows of the cache, and measures what each lost.
struct RowEncoder {
    struct Encoded {
        var row: ShardRow
        /// Of each measured column: three numbers of a large one, one of a small.
        var fidelity: [[Float]]
    }

    private let columns: [FeatureColumn]
    private let codecs: [StateCodec]
    private let offsets: [Offsets?]
    private let logitOrder: [Int]?
    private let classifiesTokens: Bool
    private let workers: Workers

    init(
        _ specification: FeatureSpecification, _ identity: ShardIdentity, logitOrder: [Int]?, folder: String, workers: Workers
    ) throws(FeaturesError) {
        (columns, classifiesTokens) = (specification.columns, specification.classifiesTokens)
        (self.logitOrder, self.workers) = (logitOrder, workers)
        codecs = columns.map { StateCodec($0.element, width: $0.isSquare ? 1 : specification.hidden) }
        offsets = try columns.offsets(in: identity, width: specification.hidden, folder: folder)
    }

    /// - Parameter small: of each sequence, the bytes of its token columns.
    func rows(_ taps: Taps, _ small: [[[UInt8]]]) throws(FeaturesError) -> [Encoded] {
        let count = columns.count
        let encoded = try FeatureCache.collect(taps.sequenceCount * count, on: workers) { task in
            let (sequence, column) = (task / count, task % count)
            return encode(taps.vectors(of: columns[column], sequence), column)
        }
        return (0..<taps.sequenceCount).map { sequence in
            let parts = encoded[sequence * count..<(sequence + 1) * count]
            let tokens = taps.offsets[sequence]..<taps.offsets[sequence + 1]
            var row = ShardRow(length: tokens.count, small: small[sequence])
            if let logits = taps.logits { row.small += classifiesTokens ? columns(logits[rows: tokens]) : [bytes(logits.row(sequence))] }
            if let words = taps.words { row.small.append(words.entropies[tokens].flatMap(\.littleEndianBytes)) }
            for (column, part) in zip(columns, parts) {
                if column.isLarge { row.large.append(part.bytes) } else { row.small.append(part.bytes) }
            }
            if let words = taps.words { row.large.append(bytes(words.ids[tokens.lowerBound * words.draws..<tokens.upperBound * words.draws])) }
            let fidelity = parts.compactMap(\.fidelity)
            row.small += fidelity.map { $0.flatMap(\.littleEndianBytes) }
            return Encoded(row: row, fidelity: fidelity)
        }
    }

    private func encode(_ vectors: Matrix, _ column: Int) -> (bytes: [UInt8], fidelity: [Float]?) {
        let codec = codecs[column]
        if columns[column].isSquare {
            return (codec.encode(vectors.reshaped(rows: vectors.count, columns: 1), nil), nil)
        }
        let bytes = codec.encode(vectors, offsets[column])
        guard let offsets = offsets[column] else { return (bytes, nil) }
        let decoded = Matrix(rows: vectors.rows, columns: vectors.columns)
        unsafe bytes.withUnsafeBytes { unsafe codec.decode($0, into: decoded, offsets) }
        let fidelity = Fidelity.ofRow(vectors, decoded, offsets)
        return (bytes, columns[column].isLarge ? fidelity : [fidelity[0]])
    }

    private func bytes(_ words: ArraySlice<Int32>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * words.count)
        for word in words { for place in 0..<4 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * Int32(place)))) } }
        return bytes
    }

    /// Logits of a sequence's tokens, a column for each class in the order of the data's.
    private func columns(_ logits: Matrix) -> [[UInt8]] {
        (logitOrder ?? Array(0..<logits.columns)).map { source in (0..<logits.rows).flatMap { logits[$0, source].littleEndianBytes } }
    }

    /// Logits in the order of the data's classes.
    private func bytes(_ logits: Matrix) -> [UInt8] {
        let values = logits.elements
        let ordered = logitOrder.map { order in order.map { values[$0] } } ?? values
        return ordered.flatMap(\.littleEndianBytes)
    }
}

extension [FeatureColumn] {
    /// The offsets that an identity holds of each column; nil for one that is stored as it is.
    func offsets(in identity: ShardIdentity, width: Int, folder: String) throws(FeaturesError) -> [Offsets?] {
        var found: [Offsets?] = []
        for column in self {
            guard let text = identity.attributes[Offsets.attribute(column.name)] else {
                found.append(nil)
                continue
            }
            guard let offsets = Offsets(text, rows: column.offsetRows, width: width) else {
                throw .damaged(file: folder, problem: "the attribute '\(Offsets.attribute(column.name))' is no vector of \(width) numbers")
            }
            found.append(offsets)
        }
        return found
    }
}
