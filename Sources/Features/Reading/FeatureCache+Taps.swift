public import BERT
public import Kernels
import Shards
import Tokens

extension FeatureCache {
    /// Refuses a requirement that the cache cannot meet, by the name of what is missing.
    public func check(_ requirement: TapRequirement) throws(FeaturesError) {
        func need(_ wanted: [Int], _ tensors: [Tensor], _ what: String) throws(FeaturesError) {
            guard let first = wanted.first else { return }
            if Set(tensors).isDisjoint(with: self.tensors) {
                throw .missing(folder: folder, what: "\(what) (tensor '\(tensors[0].rawValue)'), only \(self.tensors.map(\.rawValue).joined(separator: ", "))")
            }
            if let layer = wanted.first(where: { !layers.contains($0) }) ?? (layers.isEmpty ? first : nil) {
                throw .missing(folder: folder, what: "layer \(layer), only \(layers.map(String.init).joined(separator: ", "))")
            }
        }
        try need(requirement.layers, [.hidden], "hidden states")
        try need(requirement.first, [.cls, .hidden], "[CLS] states")
        try need(requirement.mean, [.mean, .hidden], "means of states")
        try need(requirement.attention, [.attention], "attention scores")
        try need(requirement.queryKeyValue, [.queryKeyValue], "queries, keys and values")
        if let layer = requirement.queryKeyValue.first(where: { $0 != layers.last }) {
            throw .missing(folder: folder, what: "queries, keys and values of layer \(layer), only of \(layers.last ?? 0), the last of its layers")
        }
        if requirement.logits && classes == 0 { throw .missing(folder: folder, what: "logits") }
        if requirement.words && words == nil { throw .missing(folder: folder, what: "words of a masked language model (tensor 'words')") }
        if requirement.pooled && !tensors.contains(.pooled) { throw .missing(folder: folder, what: "pooled outputs (tensor 'pooled')") }
        if requirement.embedding && embedding == nil { throw .missing(folder: folder, what: "embedding output (tensor 'embedding')") }
    }

    /// What the teacher showed of some sequences, in this order.
    public func taps(
        _ rows: [Int], _ requirement: TapRequirement, on workers: Workers
    ) throws(FeaturesError) -> Taps {
        try check(requirement)
        var offsets = [0]
        for row in rows { offsets.append(offsets[offsets.count - 1] + shards.lengths[row]) }
        var taps = Taps(offsets: offsets)
        let wanted = Set(requirement.layers + (tensors.contains(.cls) ? [] : requirement.first) + (tensors.contains(.mean) ? [] : requirement.mean))
        for (kind, matrix) in try states(rows, wanted.sorted().map { .layer($0) }, offsets, on: workers) {
            if case .layer(let layer) = kind { taps.hidden[layer] = matrix }
        }
        for layer in requirement.first {
            taps.first[layer] =
                if let states = taps.hidden[layer] { Taps.first(of: states, offsets) } else { try vectors(.cls(layer), rows) }
        }
        for layer in requirement.mean {
            taps.mean[layer] =
                if let states = taps.hidden[layer] { Taps.mean(of: states, offsets) } else { try vectors(.mean(layer), rows) }
        }
        for layer in wanted where !requirement.layers.contains(layer) { taps.hidden[layer] = nil }
        for layer in requirement.attention { taps.attention[layer] = try rows.map { row throws(FeaturesError) in try scores(layer, row: row) } }
        for layer in requirement.queryKeyValue {
            let parts = try states(rows, [.query(layer), .key(layer), .value(layer)], offsets, on: workers)
            let all = Matrix(unfilledRows: offsets[offsets.count - 1], columns: 3 * hidden)
            for (index, part) in parts.enumerated() { all[columns: index * hidden..<(index + 1) * hidden].assign(part.1) }
            taps.queryKeyValue[layer] = all
        }
        if requirement.pooled { taps.pooled = try vectors(.pooled, rows) }
        if requirement.logits { taps.logits = logits(of: rows) }
        if requirement.words { taps.words = try words(of: rows) }
        return taps
    }

    /// The embedding's output on some tokens, computed from the teacher's tables: exactly what the teacher computes.
    public func embeddingOutput(_ batch: TokenBatch, on workers: Workers) throws(FeaturesError) -> Matrix {
        guard let embedding else { throw .missing(folder: folder, what: "embedding output (tensor 'embedding')") }
        return try lift(FeaturesError.model) { () throws(BERTError) in try embedding.output(batch, on: workers) }
    }

    private func states(
        _ rows: [Int], _ kinds: [FeatureColumn.Kind], _ offsets: [Int], on workers: Workers
    ) throws(FeaturesError) -> [(FeatureColumn.Kind, Matrix)] {
        let matrices = kinds.map { _ in Matrix(unfilledRows: offsets[offsets.count - 1], columns: hidden) }
        _ = try Self.collect(rows.count * kinds.count, on: workers) { task throws(FeaturesError) in
            let (index, kind) = (task / kinds.count, task % kinds.count)
            try read(kinds[kind], row: rows[index], into: matrices[kind][rows: offsets[index]..<offsets[index + 1]])
        }
        return Array(zip(kinds, matrices))
    }

    /// Decodes a layer of one sequence [length, hidden].
    public func read(_ layer: Int, row: Int, into states: Matrix) throws(FeaturesError) { try read(.layer(layer), row: row, into: states) }

    func read(_ kind: FeatureColumn.Kind, row: Int, into states: Matrix) throws(FeaturesError) {
        guard let index = columns.firstIndex(where: { $0.kind == kind }) else {
            throw .missing(folder: folder, what: FeatureColumn(kind, precision).name)
        }
        precondition(states.rows == shards.lengths[row] && states.columns == hidden, "a matrix of the row's shape")
        try decode(index, row: row, into: states)
    }

    /// Attention scores of one sequence [heads x length, length].
    func scores(_ layer: Int, row: Int) throws(FeaturesError) -> Matrix {
        guard let index = columns.firstIndex(where: { $0.kind == .attention(layer) }) else {
            throw .missing(folder: folder, what: "attention scores of layer \(layer)")
        }
        let length = shards.lengths[row]
        let scores = Matrix(rows: heads * length, columns: length)
        try decode(index, row: row, into: scores.reshaped(rows: scores.count, columns: 1))
        return scores
    }

    private func decode(_ index: Int, row: Int, into states: Matrix) throws(FeaturesError) {
        let column = try lift(FeaturesError.shards) { () throws(ShardError) in try shards.largeColumn(columns[index].name) }
        let (codec, offsets) = (codecs[index], offsets[index])
        try lift(FeaturesError.shards) { () throws(ShardError) in
            try unsafe shards.withLarge(column: column, row: row) { bytes in
                unsafe codec.decode(bytes, into: states, offsets)
            }
        }
    }

    /// The vectors of a small column for some rows [rows, hidden].
    func vectors(_ kind: FeatureColumn.Kind, _ rows: [Int]) throws(FeaturesError) -> Matrix {
        guard let index = columns.firstIndex(where: { $0.kind == kind }) else {
            preconditionFailure("a column that the requirement was checked for")
        }
        let result = Matrix(rows: rows.count, columns: hidden)
        for (place, row) in rows.enumerated() {
            let (shard, local) = shards.place(of: row)
            let decoded = try vectors.vectors(shard: shard, column: index) { () throws(FeaturesError) in try decodeVectors(index, shard: shard) }
            result.row(place).assign(decoded.row(local))
        }
        return result
    }

    private func decodeVectors(_ index: Int, shard: Int) throws(FeaturesError) -> Matrix {
        let (column, codec) = (columns[index], codecs[index])
        let bytes = try lift(FeaturesError.shards) { () throws(ShardError) in try shards.small(column.name, shard: shard) }
        let size = codec.element.bytes(width: hidden)
        let decoded = Matrix(rows: bytes.count / size, columns: hidden)
        unsafe bytes.withUnsafeBytes { bytes in
            for row in 0..<decoded.rows {
                unsafe codec.decode(
                    UnsafeRawBufferPointer(rebasing: bytes[row * size..<(row + 1) * size]), into: decoded.row(row), offsets[index])
            }
        }
        return decoded
    }
}
