import Kernels
import Testing

@testable import Distillation

@Suite struct PerturbationTests {
    private let embeddings = Matrix(rows: 3, columns: 2, [3, 4, 0, 0, 6, 8])
    private let offsets = [0, 1, 3]

    private func applied(_ kind: Perturbation) -> [Float] {
        let gradient = Matrix(rows: 3, columns: 2, [0.3, -0.4, 0, 2, 0, 0])
        kind.apply(to: gradient, embeddings: embeddings, offsets: offsets)
        return gradient.elements
    }

    @Test func rawIsTheGradient() { #expect(applied(.raw) == [0.3, -0.4, 0, 2, 0, 0]) }

    @Test func l2IsAShareOfTheSequencesNorm() {
        for (ours, expected) in zip(applied(.l2(0.1)), [0.3, -0.4, 0, 1, 0, 0] as [Float]) {
            #expect((ours - expected).magnitude < 1e-6)
        }
    }

    @Test func signsAreAShareOfTheRootMeanSquare() {
        let (first, second) = (0.1 * Float(12.5).squareRoot(), Float(0.1 * 5))
        for (ours, expected) in zip(applied(.sign(0.1)), [first, -first, 0, second, 0, 0]) {
            #expect((ours - expected).magnitude < 1e-6)
        }
    }

    @Test func theMedianIsOverSequences() {
        let gradient = Matrix(rows: 3, columns: 2, [0.3, -0.4, 0, 2, 0, 0])
        // 0.5 / 5 and 2 / 10.
        #expect((Perturbation.medianRatio(of: gradient, to: embeddings, offsets: offsets) - 0.15).magnitude < 1e-7)
    }

    @Test func zeroGradientsStayZero() {
        for kind in [Perturbation.l2(0.1), .sign(0.1), .raw] {
            let gradient = Matrix(rows: 3, columns: 2)
            kind.apply(to: gradient, embeddings: embeddings, offsets: offsets)
            #expect(gradient.elements.allSatisfy { $0 == 0 })
        }
    }
}
