import Distillation
import Features

/// `relation`: self-relations of queries, keys and values of one layer of the teacher (MiniLMv2, Wang et al., 2021).
struct RelationSettings: ObjectiveSettings {
    static let name = "relation"
    static let about = "which compares relations of queries, keys and values"
    static let keys = ["layer", "relationHeads"]

    /// Nil for the teacher's last.
    var layer: Int?
    /// Nil for as many as the student has, where they split the teacher's width too.
    var heads: Int?

    static func setDefaults(_ settings: inout DistillSettings) {
        (settings.temperature, settings.perturbation, settings.stages) = (1.1, .off, DistillSettings.twoStages)
    }

    mutating func read(_ reader: SettingReader) throws(PipelinesError) {
        layer = try reader.integer("layer", in: 1...256) ?? layer
        heads = try reader.integer("relationHeads", in: 1...4096) ?? heads
    }

    var canonical: [String] { ["layer=\(layer.map(String.init) ?? "last")", "relationHeads=\(heads.map(String.init) ?? "student")"] }
    var tensors: [(tensor: Tensor, reason: String)] { [(.queryKeyValue, "objective 'relation'")] }

    func objective(_ shape: ObjectiveShape) throws(PipelinesError) -> (any StateObjective)? {
        let (layer, heads) = (layer ?? shape.teacherLayers, heads ?? shape.student.heads)
        try shape.check([layer], key: "layer")
        for (whose, width) in [("teacher", shape.teacherWidth), ("student", shape.student.hidden)] where width % heads != 0 {
            throw .usage("\(shape.stage).relationHeads: \(heads) heads do not split the \(whose)'s width of \(width); give a number that divides \(shape.teacherWidth) and \(shape.student.hidden)")
        }
        return RelationObjective(layer: layer, heads: heads)
    }
}
