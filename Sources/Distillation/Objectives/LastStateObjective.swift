public import BERT
public import Kernels

/// DistilBERT's cosine of last states (Sanh et al., 2019): 1 - cos of student's and teacher's states, the mean over real tokens.
public struct LastStateObjective: StateObjective, Equatable {
    /// Of the teacher, from 1.
    public var layer: Int
    /// Whether a W brings the student's states to the teacher's width; the paper has equal widths and none.
    public var projects: Bool

    public init(layer: Int, projects: Bool) { (self.layer, self.projects) = (layer, projects) }

    public var map: [Int] { [layer] }
    public var requirement: TapRequirement { TapRequirement(layers: [layer]) }

    public func problem(_ student: BERTConfiguration) -> String? { nil }

    public func append(to layout: inout ParameterLayout, student: BERTConfiguration, teacherWidth: Int) {
        if projects { layout.appendProjections(1, student: student, teacherWidth: teacherWidth) }
    }

    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        // A token is an anchor by itself, so that long sequences count for more, as in a mean over tokens.
        let tokens = Taps(offsets: Array(0...(teacher.offsets.last ?? 0)), hidden: teacher.hidden)
        let none = Array(repeating: 0, count: tokens.sequenceCount)
        return Targets(
            target: ContrastTarget(.sequence, layer: layer, teacher: tokens, negativeCounts: none, contrastWeight: 0), projects: projects)
    }

    struct Targets: StateTargets {
        let target: ContrastTarget
        let projects: Bool

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            let (states, last) = (student.pass.last, student.pass.layerCount)
            let projected = projects ? student.projection(0).forward(states, student.workspace, on: workers) : states
            let gradient = student.workspace.matrix(rows: projected.rows, columns: projected.columns)
            let loss = target.loss(student: projected, weight: Float(weight), gradient: gradient, on: workers)
            let arriving = projects ? student.projection(0).backward(gradient, states, student.workspace, on: workers) : gradient
            return (loss, TapGradients(hidden: [last: arriving]))
        }
    }
}
