public import Kernels

/// What a student may begin with of its teacher.
extension BERTModel {
    /// Copies the embeddings and some layers into the first layers of a student of the same width, and the pooler.
    ///
    /// - Parameter layers: for each layer of the student one of this model's, from 1.
    public func copyLayers(_ layers: [Int], into student: Parameters) {
        for entry in student.layout.entries where !entry.name.hasPrefix("classifier.") {
            var name = entry.name
            if let layer = entry.layer {
                guard layers.indices.contains(layer - 1) else { continue }
                name = name.replacing("layer.\(layer - 1).", with: "layer.\(layers[layer - 1] - 1).", maxReplacements: 1)
            }
            guard let own = weights.layout[name], own.shape == entry.shape else { continue }
            student.matrix(entry).assign(weights.matrix(own))
        }
    }

    /// Projects the embedding tables on the directions in which words differ most: the student's words keep of the teacher's what its
    /// width can hold (the singular vectors of the word table, not centred).
    public func projectEmbeddings(into student: Parameters, on workers: Workers) {
        let tables = ["word", "position", "token_type"].map { "bert.embeddings.\($0)_embeddings.weight" }
        guard let words = weights.layout[tables[0]].map(weights.matrix) else { preconditionFailure("a model has word embeddings") }
        let gram = Matrix(rows: words.columns, columns: words.columns)
        multiply(words.transposed, words, into: gram, on: workers)
        let directions = symmetricEigenvectors(gram).vectors
        for table in tables {
            guard let own = weights.layout[table].map(weights.matrix), let target = student.layout[table].map(student.matrix) else { continue }
            let rows = min(own.rows, target.rows)
            precondition(target.columns <= own.columns, "a student that is no wider than its teacher")
            multiply(own[rows: 0..<rows], directions[rows: 0..<target.columns].transposed, into: target[rows: 0..<rows], on: workers)
        }
    }
}
