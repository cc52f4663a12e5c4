import BERT
import Kernels
import Testing

@Suite struct WorkspaceTests {
    @Test func matricesDoNotOverlap() {
        let workspace = Workspace()
        for _ in 0..<3 {
            workspace.reset()
            let matrices = (1..<40).map { workspace.matrix(rows: $0 * 37, columns: $0) }
            for (index, matrix) in matrices.enumerated() { matrix.fill(Float(index)) }
            for (index, matrix) in matrices.enumerated() {
                #expect(matrix.elements.allSatisfy { $0 == Float(index) })
                #expect(matrix.offset % 16 == 0)
            }
        }
    }

    /// After the largest batch nothing more is taken.
    @Test func memoryIsReused() {
        let workspace = Workspace()
        func use() {
            workspace.reset()
            for count in 1..<30 { _ = workspace.matrix(rows: 1000, columns: count) }
        }
        use()
        use()
        let bytes = workspace.byteCount
        for _ in 0..<5 { use() }
        #expect(workspace.byteCount == bytes)
    }

    @Test func zerosAreZero() {
        let workspace = Workspace()
        workspace.matrix(rows: 10, columns: 10).fill(.nan)
        workspace.reset()
        #expect(workspace.zeros(rows: 10, columns: 10).elements.allSatisfy { $0 == 0 })
    }

    /// What is told beforehand is what a pass takes, or a little more.
    @Test(arguments: [[1], [5, 9, 3], Array(repeating: 40, count: 30), [128, 2, 77]], [Float(0), 0.1])
    func activationsAreTold(lengths: [Int], dropout: Float) {
        let configuration = BERTConfiguration(
            vocabularySize: 50, hiddenSize: 48, layerCount: 3, headCount: 4, intermediateSize: 96, maximumPositions: 128,
            hiddenDropout: dropout, attentionDropout: dropout)
        let model = BERTModel(random: configuration, seed: 1)
        let batch = lengths.reduce(into: TokenBatch()) { batch, length in
            batch.append(ids: (0..<length).map { Int32($0 % 50) }, types: Array(repeating: 0, count: length))
        }
        let (workspace, workers) = (Workspace(), Workers(count: 2))
        let drop = dropout == 0 ? nil : Dropout(hiddenRate: dropout, attentionRate: dropout, seed: 1, step: 0)
        let pass = model.encoder.forward(batch, dropout: drop, workspace: workspace, on: workers)
        let top = TapGradients(hidden: [3: Matrix(rows: batch.tokenCount, columns: 48)])
        model.encoder.backward(pass, from: top, into: Parameters(layout: model.weights.layout), workspace: workspace, on: workers)
        #expect(workspace.count <= configuration.trainingActivations(lengths: lengths))
        #expect(configuration.trainingActivations(lengths: lengths) < workspace.count * 11 / 10 + 12_000)
        _ = model.taps(batch, TapRequirement(layers: [1, 3]), workspace: workspace, on: workers)
        #expect(workspace.count <= configuration.forwardActivations(lengths: lengths, keeping: 2))
        #expect(configuration.forwardActivations(lengths: lengths, keeping: 2) < workspace.count * 5 / 4 + 12_000)
    }
}
