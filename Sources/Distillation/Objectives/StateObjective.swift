public import BERT
public import Kernels

/// A loss on what student and teacher show inside: that by which objectives differ. The losses at the logits are common to all.
public protocol StateObjective: Sendable {
    /// What it has to see of the teacher.
    var requirement: TapRequirement { get }
    /// Layers of the teacher in the order in which the student's are compared with them.
    var map: [Int] { get }
    /// Layers of the student whose attention scores it compares.
    var scoreLayers: [Int] { get }

    /// Why it does not fit a student; nil where it does.
    func problem(_ student: BERTConfiguration) -> String?

    /// Whether a gradient of its reaches a parameter of the encoder or its own.
    func reaches(_ entry: ParameterLayout.Entry, of student: BERTConfiguration) -> Bool

    /// Appends parameters of its own, which are trained with the student and dropped at export.
    func append(to layout: inout ParameterLayout, student: BERTConfiguration, teacherWidth: Int)

    /// Numbers that targets and loss hold beside what `requirement` shows.
    ///
    /// - Parameters:
    ///   - lengths: of a batch's sequences.
    ///   - negatives: for each of them.
    func scratch(lengths: [Int], negatives: Int, teacherWidth: Int) -> Int

    /// The fixed side of the loss, a function of the teacher alone: both passes of a perturbed step share it.
    ///
    /// - Parameter negatives: for each sequence, others of the batch that it is to be told from; some objectives have none.
    func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets
}

extension StateObjective {
    public var scoreLayers: [Int] { [] }
    public func scratch(lengths: [Int], negatives: Int, teacherWidth: Int) -> Int { 0 }
    public func reaches(_ entry: ParameterLayout.Entry, of student: BERTConfiguration) -> Bool { true }
}

/// An objective that compares each student layer with one of the teacher's, brought to its width by a W.
public protocol MappedObjective: StateObjective {
    /// Teacher layers, one for each student layer, from 1.
    var layers: [Int] { get }
    var sharing: ProjectionSharing { get }
}

extension MappedObjective {
    public var map: [Int] { layers }

    public func problem(_ student: BERTConfiguration) -> String? {
        layers.count == student.layerCount ? nil : "it maps \(layers.count) layers, and the student has \(student.layerCount)"
    }

    public func append(to layout: inout ParameterLayout, student: BERTConfiguration, teacherWidth: Int) {
        layout.appendProjections(sharing == .shared ? 1 : student.layerCount, student: student, teacherWidth: teacherWidth)
    }
}

/// What a batch's states are compared with.
public protocol StateTargets: Sendable {
    /// The loss of a pass, and `weight` times its gradients at what the student shows; adds those of the objective's own parameters.
    func loss(_ student: StudentStates, weight: Double, on workers: Workers) -> (loss: Double, gradients: TapGradients)
}

/// A student's pass, and what its loss needs beside.
public struct StudentStates {
    public let pass: EncoderPass
    public let parameters: Parameters
    /// Where the objective's own gradients are added; nil leaves them out.
    public let gradients: Parameters?
    public let workspace: Workspace

    public init(_ pass: EncoderPass, _ parameters: Parameters, into gradients: Parameters?, workspace: Workspace) {
        (self.pass, self.parameters, self.gradients, self.workspace) = (pass, parameters, gradients, workspace)
    }
}

/// An objective that tells each sequence from others.
public protocol ContrastiveObjective: StateObjective {
    /// The targets of a batch to which negatives are still to be added.
    ///
    /// - Parameter negativeCounts: for each anchor how many there are going to be.
    func targets(_ teacher: Taps, negativeCounts: [Int]) -> any ContrastiveTargets
}

/// Targets to which negatives are added part by part.
public protocol ContrastiveTargets: StateTargets {
    /// Negatives an anchor, on average.
    var meanCount: Double { get }

    /// Adds negatives: sequences of `others`, for each anchor those in `members`. May be called for one part of them after another.
    func add(_ others: Taps, members: [[Int]], on workers: Workers)
}

extension ContrastiveObjective {
    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> any StateTargets {
        let targets: any ContrastiveTargets = targets(teacher, negativeCounts: negatives.map(\.count))
        targets.add(teacher, members: negatives, on: workers)
        return targets
    }
}
