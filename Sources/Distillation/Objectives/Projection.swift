import BERT
import Kernels

/// How a student's states come to the teacher's width: H W, with W [student width, teacher width].
struct Projection {
    let weight: Matrix
    /// Where W's gradient is added; nil leaves it out.
    let gradient: Matrix?

    func forward(_ states: Matrix, _ workspace: Workspace, on workers: Workers) -> Matrix {
        let projected = workspace.matrix(rows: states.rows, columns: weight.columns)
        multiply(states, weight, into: projected, on: workers)
        return projected
    }

    /// - Parameter arriving: the gradient at the projected states.
    /// - Returns: that at the states.
    func backward(_ arriving: Matrix, _ states: Matrix, _ workspace: Workspace, on workers: Workers) -> Matrix {
        let result = workspace.matrix(rows: states.rows, columns: states.columns)
        multiply(arriving, weight.transposed, into: result, on: workers)
        if let gradient { multiply(states.transposed, arriving, into: gradient, beta: 1, on: workers) }
        return result
    }
}

extension StudentStates {
    /// W of a student layer, counted from 0, or the one that all share.
    func projection(_ index: Int) -> Projection {
        func place(_ all: [Matrix]) -> Matrix { all[all.count == 1 ? 0 : index] }
        return Projection(weight: place(parameters.projections), gradient: gradients.map { place($0.projections) })
    }
}

extension ParameterLayout {
    /// Appends projections [student width, teacher width], which are not decayed.
    mutating func appendProjections(_ count: Int, student: BERTConfiguration, teacherWidth: Int) {
        for index in 0..<count { append("projection.\(index).weight", rows: student.hiddenSize, columns: teacherWidth, decays: false) }
    }
}
