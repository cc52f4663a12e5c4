public import BERT
public import Kernels

/// BERT-PKD's patience (Sun et al., 2019, eq. 7): the squared distance of unit [CLS] vectors, the last layer left out, a mean over
/// batch, layers and dimensions as in their code. Of unit vectors it is 2 (1 - cosine) by the width.
public struct PKDObjective: StateObjective, Equatable {
    /// Teacher layers, one for each student layer but the last, from 1.
    public var layers: [Int]
    /// Whether a W brings the student's states to the teacher's width; the paper has equal widths and none.
    public var projects: Bool
    /// What is done to the teacher's vectors before they are compared; nothing in the paper.
    public var normalisation: Normalisation
    /// By teacher layer, from 1; needed where `normalisation` is not `none`.
    public var statistics: [Int: StateStatistics]

    public init(layers: [Int], projects: Bool, normalisation: Normalisation = .none, statistics: [Int: StateStatistics] = [:]) {
        (self.layers, self.projects, self.normalisation, self.statistics) = (layers, projects, normalisation, statistics)
    }

    public var map: [Int] { layers }
    public var requirement: TapRequirement { TapRequirement(first: Set(layers).sorted()) }

    public func problem(_ student: BERTConfiguration) -> String? {
        layers.count == student.layerCount - 1
            ? nil : "it maps \(layers.count) layers, and the student has \(student.layerCount - 1) beside its last"
    }

    public func append(to layout: inout ParameterLayout, student: BERTConfiguration, teacherWidth: Int) {
        if projects { layout.appendProjections(layers.count, student: student, teacherWidth: teacherWidth) }
    }

    /// What stands above the last layer that is compared gets no gradient.
    public func reaches(_ entry: ParameterLayout.Entry, of student: BERTConfiguration) -> Bool { entry.layer.map { $0 <= layers.count } ?? true }

    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        let none = Array(repeating: 0, count: teacher.sequenceCount)
        return Targets(
            list: layers.map {
                ContrastTarget(
                    .cls, layer: $0, teacher: teacher, negativeCounts: none, contrastWeight: 0, normalisation: normalisation,
                    statistics: statistics[$0])
            }, projects: projects)
    }

    struct Targets: StateTargets {
        let list: [ContrastTarget]
        let projects: Bool

        func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients) {
            var (loss, gradients) = (0.0, TapGradients())
            for (index, target) in list.enumerated() {
                let states = student.pass.hidden(index + 1)
                let projected = projects ? student.projection(index).forward(states, student.workspace, on: workers) : states
                let gradient = student.workspace.matrix(rows: projected.rows, columns: projected.columns)
                let share = 2 / Double(projected.columns * list.count)
                loss += share * target.loss(student: projected, weight: Float(share * weight), gradient: gradient, on: workers)
                gradients.hidden[index + 1] =
                    projects ? student.projection(index).backward(gradient, states, student.workspace, on: workers) : gradient
            }
            return (loss, gradients)
        }
    }
}
