import BERT
import Distillation
import Features

/// What an objective has to fit: the shapes of teacher and student, and what is known of the teacher's states.
struct ObjectiveShape {
    /// The stage, for errors.
    var stage: String
    var student: Architecture
    /// Layers of the teacher in all.
    var teacherLayers: Int
    var teacherWidth: Int
    /// Nil where a cache does not say.
    var teacherHeads: Int?
    /// The cached layers where they are listed, one for each student layer: a map where an objective names none.
    var listed: [Int]?
    /// Of the layers that are cached; empty while there is no cache.
    var statistics: [LayerStatistics] = []

    /// The teacher layer of each student layer.
    func mapped(_ setting: LayerMapSetting) throws(PipelinesError) -> [Int] {
        let uniform = LayerMap.uniform(student: student.layers, teacher: teacherLayers)
        guard let layers = setting.stated ?? (setting.isUniform ? uniform : listed ?? uniform) else {
            throw .usage(
                "\(stage).layers: a student of \(student.layers) layers and a teacher of \(teacherLayers) need an explicit list, one teacher layer for each student layer")
        }
        guard layers.count == student.layers else {
            throw .usage("\(stage).layers: names \(layers.count) layers for a student of \(student.layers); one for each is asked for")
        }
        try check(layers)
        return layers
    }

    func check(_ layers: [Int], key: String = "layers") throws(PipelinesError) {
        if let wrong = layers.first(where: { $0 > teacherLayers }) {
            throw .usage("\(stage).\(key): layer \(wrong) is asked for, the teacher has \(teacherLayers)")
        }
    }

    /// Refuses vectors that are nearly one for all inputs: a cosine of them would learn a constant.
    func checkEnergy(
        _ layers: [Int], _ moments: (LayerStatistics) -> LayerStatistics.Moments?, what: String, advice: String
    ) throws(PipelinesError) {
        for layer in statistics where layers.contains(layer.layer) {
            guard let share = moments(layer)?.centredShare, share < 0.01 else { continue }
            throw .stage(
                stage,
                problem: "\(what) on layer \(layer.layer): only \(fixed(100 * share, 2)) % of the energy tells them apart, so there is nothing to learn; \(advice)")
        }
    }
}
