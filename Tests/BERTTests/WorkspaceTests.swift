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
}
