public import Kernels

/// The tables from which BERT's embedding output is computed: words, positions and types, and the layer norm over their sum.
public struct Embedding: Sendable {
    /// [vocabulary, hidden], [positions, hidden], [types, hidden].
    let words, positions, types: Matrix
    let gain, offset: Matrix
    let epsilon: Float

    init(_ weights: EncoderWeights, _ configuration: BERTConfiguration) {
        (words, positions, types) = (weights.words, weights.positions, weights.types)
        (gain, offset, epsilon) = (weights.gain, weights.offset, configuration.layerNormEpsilon)
    }

    /// The embedding's output on a checked batch.
    ///
    /// - Parameters:
    ///   - perturbation: added to the word embeddings [tokens, hidden].
    ///   - normalised: is given the sums without mean and deviation [tokens, hidden]; `inverse` 1 / deviation [tokens, 1].
    func forward(
        _ batch: TokenBatch, perturbation: Matrix? = nil, normalised: Matrix, inverse: Matrix, into output: Matrix, on workers: Workers
    ) {
        let places = batch.positions
        workers.split(batch.tokenCount, minimum: 32) { span in
            let sum = normalised[rows: span]
            for (row, token) in span.enumerated() {
                let at = sum.row(row)
                at.assign(words.row(Int(batch.ids[token])))
                if let perturbation { addScaled(1, perturbation.row(token), to: at) }
                addScaled(1, positions.row(places[token]), to: at)
                addScaled(1, types.row(Int(batch.types[token])), to: at)
            }
            layerNorm(
                sum, gain: gain, offset: offset, epsilon: epsilon, normalised: sum, inverse: inverse[rows: span], into: output[rows: span])
        }
    }

    /// The embedding's output [tokens, hidden].
    ///
    /// - Throws: `BERTError.sequence` where the tables have no row for a token.
    public func output(_ batch: TokenBatch, on workers: Workers) throws(BERTError) -> Matrix {
        var shape = BERTConfiguration(vocabularySize: words.rows, hiddenSize: words.columns, layerCount: 1, headCount: 1, intermediateSize: 1)
        (shape.maximumPositions, shape.typeCount) = (positions.rows, types.rows)
        try batch.check(shape)
        let output = Matrix(rows: batch.tokenCount, columns: words.columns)
        forward(
            batch, normalised: Matrix(rows: output.rows, columns: output.columns), inverse: Matrix(rows: output.rows, columns: 1),
            into: output, on: workers)
        return output
    }
}

/// As a file of their own, with a hash of their contents.
extension Embedding {
    private static let names = ["word_embeddings", "position_embeddings", "token_type_embeddings", "gain", "offset"]

    /// - Returns: the XXH3-128 of the tensors, which `init(file:)` wants to see again.
    public func write(to path: String) throws(BERTError) -> String {
        var writer = SafetensorsWriter()
        writer.isSealed = true
        for (name, matrix) in zip(Self.names, [words, positions, types]) {
            writer.append(name, shape: [matrix.rows, matrix.columns], matrix)
        }
        for (name, matrix) in zip(Self.names[3...], [gain, offset]) { writer.append(name, shape: [matrix.count], matrix) }
        writer.append("epsilon", shape: [1], floats: [epsilon])
        try writer.write(to: path)
        return writer.contentHash
    }

    /// - Throws: `BERTError.safetensors` where the file is damaged or holds other tables.
    public init(file path: String, hash: String, hidden: Int) throws(BERTError) {
        let file = try SafetensorsFile(path)
        try file.checkSeal()
        guard file.metadata[SafetensorsWriter.seal] == hash else { throw .safetensors(file: path, problem: "its tables are those of another cache") }
        var tables: [Matrix] = []
        for name in Self.names {
            guard let numbers = try file.floats(name), !numbers.isEmpty, numbers.count % hidden == 0 else {
                throw .safetensors(file: path, problem: "it has no tables of width \(hidden)")
            }
            tables.append(Matrix(rows: numbers.count / hidden, columns: hidden, numbers))
        }
        guard let epsilon = try file.floats("epsilon"), epsilon.count == 1, tables[3].rows == 1, tables[4].rows == 1 else {
            throw .safetensors(file: path, problem: "it has no layer norm of width \(hidden)")
        }
        (words, positions, types, gain, offset) = (tables[0], tables[1], tables[2], tables[3], tables[4])
        self.epsilon = epsilon[0]
    }
}
