import Distillation
import Features

/// `pkd`: the patient teacher's [CLS] vectors of all layers but the last (Sun et al., 2019).
struct PKDSettings: ObjectiveSettings {
    static let name = "pkd"
    static let about = "which compares unit [CLS] vectors"
    static let keys = ["layers", "normalise", "klReduction"]

    enum Pattern: String, CaseIterable { case skip, last, uniform }
    enum Reduction: String, CaseIterable {
        /// The mean over examples.
        case batch
        /// By the number of classes, too, as their code has it.
        case pkd
    }

    var pattern = Pattern.skip
    /// In place of a pattern.
    var stated: [Int]?
    var normalisation = Normalisation.none
    var reduction = Reduction.batch

    /// beta, alpha and T from the middle of the ranges that the paper searches.
    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation) = (10, .off)
        settings.stages = [.init(share: 1, weights: LossWeights(contrastive: 100, soft: 0.5, hard: 0.5))]
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        if case .scalar? = reader.tree("layers") {
            (pattern, stated) = (try reader.choice("layers", Pattern.self) ?? pattern, nil)
        } else if let numbers = try reader.layers("layers") {
            stated = numbers
        }
        normalisation = try reader.choice("normalise", Normalisation.self) ?? normalisation
        reduction = try reader.choice("klReduction", Reduction.self) ?? reduction
    }

    var canonical: [String] {
        [
            "layers=" + (stated.map { $0.map(String.init).joined(separator: ",") } ?? pattern.rawValue),
            "normalise=\(normalisation.rawValue)", "klReduction=\(reduction.rawValue)",
        ]
    }

    var tensors: [(tensor: Tensor, reason: String)] { [(.cls, "objective 'pkd'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        let layers = try layers(student: shape.student.layers, teacher: shape.teacherLayers, shape)
        if normalisation == .none { try shape.checkEnergy(layers, .cls) }
        return PKDObjective(
            layers: layers, projects: shape.student.hidden != shape.teacherWidth, normalisation: normalisation,
            statistics: shape.stateStatistics(for: normalisation))
    }

    /// 12 to 6: `skip` 2, 4, 6, 8, 10, `last` 7 to 11; 6 to 4: 2, 3, 5 and 3, 4, 5.
    private func layers(student: Int, teacher: Int, _ shape: ObjectiveShape) throws(PipelinesError) -> [Int] {
        guard student > 1 else { throw .usage("\(shape.stage): objective 'pkd' leaves the last layer out, and the student has no other") }
        if let stated {
            try shape.check(stated)
            guard stated.count == student - 1 else {
                throw .usage("\(shape.stage).layers: names \(stated.count) layers for a student of \(student); objective 'pkd' asks for one for each but the last")
            }
            return stated
        }
        guard let uniform = LayerMap.uniform(student: student, teacher: teacher) else {
            throw .usage("\(shape.stage).layers: a student of \(student) layers and a teacher of \(teacher) need an explicit list")
        }
        return pattern == .last ? Array(teacher - student + 1..<teacher) : Array(uniform.dropLast())
    }

    func softScale(classes: Int) -> Double { reduction == .pkd ? 1 / Double(max(classes, 1)) : 1 }
}
