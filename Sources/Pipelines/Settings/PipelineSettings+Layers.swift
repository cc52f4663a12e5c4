import BERT
import Distillation
import Features
import Files

extension PipelineSettings {
    /// The teacher's layer count, from its configuration alone, or as a cache states it.
    func teacherLayers() throws(PipelinesError) -> Int {
        if let cache = features.cache {
            return try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(cache).teacherLayers }
        }
        guard let teacher else { preconditionFailure("a teacher, or a cache of one; the settings saw to it") }
        switch teacher.source {
        case .random(let architecture): return architecture.layers
        case .folder(let path):
            return try lift(PipelinesError.model) { () throws(BERTError) in try BERTConfiguration(folder: path).layerCount }
        }
    }

    /// The teacher layer of each student layer; never the word `uniform`.
    func resolvedLayers() throws(PipelinesError) -> [Int] {
        let count = try teacherLayers()
        if let layers = features.layers {
            if let wrong = layers.first(where: { $0 > count }) {
                throw .usage("features.layers: layer \(wrong) is asked for, the teacher has \(count)")
            }
            return layers
        }
        guard let layers = LayerMap.uniform(student: student.architecture.layers, teacher: count) else {
            throw .usage(
                "features.layers: a student of \(student.architecture.layers) layers and a teacher of \(count) need an explicit list, one teacher layer for each student layer")
        }
        return layers
    }
}
