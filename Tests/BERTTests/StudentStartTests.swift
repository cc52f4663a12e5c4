import Kernels
import Testing

@testable import BERT

/// What a student begins with of its teacher.
@Suite struct StudentStartTests {
    private let teacher = BERTModel(
        random: BERTConfiguration(vocabularySize: 50, hiddenSize: 16, layerCount: 4, headCount: 2, intermediateSize: 24, maximumPositions: 12), seed: 5)

    private func student(hidden: Int, layers: Int) -> Parameters {
        let configuration = BERTConfiguration(
            vocabularySize: 50, hiddenSize: hidden, layerCount: layers, headCount: 2, intermediateSize: 24, maximumPositions: 12)
        let parameters = Parameters(layout: ParameterLayout(configuration, hasPooler: true, hasClassifier: true))
        parameters.initialise(range: 0.02, seed: 9)
        return parameters
    }

    @Test func layersAreCopiedByNumber() throws {
        let student = student(hidden: 16, layers: 2)
        let classifier = student.matrix(try #require(student.layout["classifier.weight"])).elements
        teacher.copyLayers([4, 2], into: student)
        for entry in student.layout.entries where !entry.name.hasPrefix("classifier.") {
            let name = entry.name.replacing("layer.0.", with: "layer.3.").replacing("encoder.layer.1.", with: "encoder.layer.1.")
            let theirs = try #require(teacher.weights.layout[name])
            #expect(student.matrix(entry).elements == teacher.weights.matrix(theirs).elements, "\(entry.name)")
        }
        #expect(student.matrix(try #require(student.layout["classifier.weight"])).elements == classifier)
    }

    /// Of the same width nothing is lost: products of word vectors stay. A narrower student keeps the largest share that it can.
    @Test func embeddingsKeepWhatAWidthCanHold() throws {
        let name = "bert.embeddings.word_embeddings.weight"
        let words = teacher.weights.matrix(try #require(teacher.weights.layout[name]))
        func products(_ matrix: Matrix) -> Matrix {
            let result = Matrix(rows: matrix.rows, columns: matrix.rows)
            multiply(matrix, matrix.transposed, into: result)
            return result
        }
        let full = products(words)
        var last = Double.infinity
        for width in [4, 8, 16] {
            let student = student(hidden: width, layers: 1)
            teacher.projectEmbeddings(into: student, on: .one)
            let ours = products(student.matrix(try #require(student.layout[name])))
            let error = zip(ours.elements, full.elements).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            #expect(error < last)
            last = error
        }
        #expect(last < 1e-9)
    }
}
