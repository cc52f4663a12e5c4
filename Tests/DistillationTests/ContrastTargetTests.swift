import Kernels
import Randomness
import Testing

@testable import Distillation

@Suite struct ContrastTargetTests {
    private static let offsets = [0, 3, 4, 9]
    private static let negatives = [[1, 2], [0, 2], [0, 1]]

    private func states(_ seed: UInt64) -> Matrix {
        var random = RandomStream(seed: seed, stream: 0)
        return Matrix(rows: 9, columns: 5, (0..<45).map { _ in Float(random.normal()) })
    }

    private func loss(_ cosine: Cosine, _ teacher: Matrix, _ student: Matrix, w: Float, negatives: [[Int]] = negatives) -> Double {
        ContrastTarget(cosine, teacher: teacher, offsets: Self.offsets, negatives: negatives, contrastWeight: w, on: .one)
            .loss(student: student, weight: 1, gradient: Matrix(rows: 9, columns: 5), on: .one)
    }

    @Test(arguments: Cosine.allCases)
    func aStudentThatIsItsTeacherHasNoPlainLoss(cosine: Cosine) {
        let teacher = states(1)
        #expect(loss(cosine, teacher, teacher, w: 0).magnitude < 1e-6)
        #expect(loss(cosine, teacher, teacher, w: 0.5, negatives: [[], [], []]).magnitude < 1e-6)
    }

    @Test(arguments: Cosine.allCases)
    func scaleDoesNotMatter(cosine: Cosine) {
        let (teacher, student) = (states(1), states(2))
        let scaled = student.copy()
        scale(scaled, by: 7)
        let (a, b) = (loss(cosine, teacher, student, w: 0.5), loss(cosine, teacher, scaled, w: 0.5))
        #expect((a - b).magnitude < 1e-6)
    }

    @Test(arguments: Cosine.allCases)
    func zerosHaveNoDirection(cosine: Cosine) {
        let (teacher, zero) = (states(1), Matrix(rows: 9, columns: 5))
        let gradient = states(3)
        let target = ContrastTarget(
            cosine, teacher: teacher, offsets: Self.offsets, negatives: Self.negatives, contrastWeight: 0.5, on: .one)
        #expect(target.loss(student: zero, weight: 1, gradient: gradient, on: .one) == 2)
        #expect(gradient.elements.allSatisfy { $0 == 0 })
        #expect(loss(cosine, zero, states(2), w: 0.5) == 2)
    }

    /// An opposite student has cosine -1 with its teacher: 1 + 2w + (1 + w) - w for a negative that is the teacher too.
    @Test func theExtremesAreThoseOfTheFormula() {
        let teacher = Matrix(rows: 2, columns: 2, [1, 0, 1, 0])
        let student = Matrix(rows: 2, columns: 2, [-3, 0, 1, 0])
        let target = ContrastTarget(
            .sequence, teacher: teacher, offsets: [0, 1, 2], negatives: [[1], [0]], contrastWeight: 0.5, on: .one)
        let loss = target.loss(student: student, weight: 1, gradient: Matrix(rows: 2, columns: 2), on: .one)
        #expect((loss - (3 + 1) / 2).magnitude < 1e-7)
    }

    @Test func constantsOfALayerVanishWhenCentred() {
        let teacher = Matrix(rows: 9, columns: 5, (0..<45).map { Float($0 % 5 + 1) })
        let moments = Moments(mean: [1, 2, 3, 4, 5], deviation: [0, 0, 0, 0, 0])
        for normalisation in [Normalisation.centre, .standardise] {
            let target = ContrastTarget(
                .cls, teacher: teacher, offsets: Self.offsets, negatives: Self.negatives, contrastWeight: 0.5,
                normalisation: normalisation, statistics: StateStatistics(tokens: moments), on: .one)
            #expect(target.loss(student: states(2), weight: 1, gradient: Matrix(rows: 9, columns: 5), on: .one) == 2)
        }
    }
}
