import Kernels
import Testing

@testable import Distillation

@Suite struct PredictionLossTests {
    private func zero() -> Matrix { Matrix(rows: 2, columns: 3) }

    @Test func equalLogitsHaveNoSoftLoss() {
        let logits = Matrix(rows: 2, columns: 3, [1, -2, 0.5, 3, 3, 4])
        let gradient = zero()
        #expect(PredictionLoss.soft(student: logits, teacher: logits, temperature: 1.1, weight: 1, gradient: gradient) == 0)
        #expect(gradient.elements.allSatisfy { $0 == 0 })
    }

    @Test func hugeLogitsStayFinite() {
        let student = Matrix(rows: 2, columns: 3, [1e4, -1e4, 0, -3e4, 0, 3e4])
        let teacher = Matrix(rows: 2, columns: 3, [-1e4, 1e4, 0, 0, 0, 0])
        let gradient = zero()
        let soft = PredictionLoss.soft(student: student, teacher: teacher, temperature: 1, weight: 1, gradient: gradient)
        let hard = PredictionLoss.hard(student: student, categories: [1, 0], weight: 1, gradient: gradient)
        #expect(soft.isFinite && soft > 0)
        #expect(hard == 4e4)
        #expect(gradient.isFinite)
    }

    @Test func evenLogitsCostTheLogarithmOfTheClasses() {
        let loss = PredictionLoss.hard(student: zero(), categories: [0, 2], weight: 1, gradient: zero())
        #expect((loss - 1.0986122886681098).magnitude < 1e-15)
    }

    @Test func scoresCostTheirSquares() {
        let gradient = Matrix(rows: 2, columns: 1)
        let loss = PredictionLoss.labelled(
            Matrix(rows: 2, columns: 1, [1, 4]), .scores([3, 4]), weight: 0.5, gradient: gradient)
        #expect(loss == 2)
        #expect(gradient.elements == [-1, 0])
    }
}
