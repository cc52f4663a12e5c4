import BERT
import Distillation
import Features
import Files

/// What can be told of a teacher before it runs.
struct TeacherShape: Equatable {
    var layers, width: Int
    /// Nil where a cache does not say.
    var heads: Int?
}

extension PipelineSettings {
    /// Sections that train a student, by the stage they make, in the order in which these run.
    var students: [(stage: String, settings: DistillSettings)] {
        [("baseline", baseline), ("distill", distill)].compactMap { stage, settings in settings.map { (stage, $0) } }
    }

    /// The teacher's shape, from its configuration alone, or as a cache states it.
    func teacherShape() throws(PipelinesError) -> TeacherShape {
        if let folder = features.cache {
            let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder) }
            return TeacherShape(layers: cache.teacherLayers, width: cache.hidden, heads: cache.heads > 0 ? cache.heads : nil)
        }
        guard let teacher else { preconditionFailure("a teacher, or a cache of one; the settings saw to it") }
        switch teacher.source {
        case .random(let architecture): return TeacherShape(layers: architecture.layers, width: architecture.hidden, heads: architecture.heads)
        case .folder(let path):
            let configuration = try lift(PipelinesError.model) { () throws(BERTError) in try BERTConfiguration(folder: path) }
            return TeacherShape(layers: configuration.layerCount, width: configuration.hiddenSize, heads: configuration.headCount)
        }
    }

    /// What the objective of a stage has to fit.
    func shape(_ stage: String) throws(PipelinesError) -> ObjectiveShape {
        let (teacher, student) = (try teacherShape(), student.architecture)
        // A list of cached layers with one for each student layer is a map, too.
        let listed = features.layers.flatMap { $0.count == student.layers ? $0 : nil }
        return ObjectiveShape(
            stage: stage, student: student, teacherLayers: teacher.layers, teacherWidth: teacher.width, teacherHeads: teacher.heads,
            listed: listed)
    }

    /// The loss of states of a stage; nil where nothing weighs it.
    private func states(_ stage: String, _ settings: DistillSettings) throws(PipelinesError) -> (any StateObjective)? {
        settings.comparesStates ? try settings.objective.objective(shape(stage)) : nil
    }

    /// Layers of the teacher in the order in which a stage's student learns from them; never the word `uniform`.
    func layerMap(_ stage: String, _ settings: DistillSettings) throws(PipelinesError) -> [Int] {
        try states(stage, settings)?.map ?? []
    }

    /// Layers of the teacher that are cached: as listed, or those that the objectives read.
    ///
    /// - Throws: where the list leaves one of them out.
    package func cachedLayers() throws(PipelinesError) -> [Int] {
        let count = try teacherShape().layers
        let listed = try features.cache.map { folder throws(PipelinesError) in
            try lift(PipelinesError.features) { () throws(FeaturesError) in try FeatureCache(folder).layers }
        } ?? features.layers
        if let wrong = listed?.first(where: { $0 > count }) {
            throw .usage("features.layers: layer \(wrong) is asked for, the teacher has \(count)")
        }
        var read: Set<Int> = []
        var related: [(stage: String, layer: Int)] = []
        for (stage, settings) in students {
            let shown = try states(stage, settings)?.requirement ?? TapRequirement()
            let layers = Set(shown.layers + shown.first + shown.mean + shown.attention + shown.queryKeyValue).sorted()
            related += shown.queryKeyValue.map { (stage, $0) }
            if let listed, let missing = layers.first(where: { !listed.contains($0) }) {
                throw .usage(
                    "features.\(features.cache == nil ? "layers" : "cache") leaves out layer \(missing), which `\(stage)` reads"
                        + (features.cache == nil ? "; add it" : ": it has \(listed.map(String.init).joined(separator: ", "))"))
            }
            read.formUnion(layers)
        }
        if let (stage, layer) = related.first(where: { $0.layer != (listed ?? Array(read)).max() }) {
            throw .usage(
                "`\(stage)` reads queries, keys and values of layer \(layer), and those of the last cached layer alone are kept; let features.layers end with \(layer), or take another layer")
        }
        if let listed { return Set(listed).sorted() }
        if !read.isEmpty { return read.sorted() }
        return LayerMap.uniform(student: student.architecture.layers, teacher: count).map { Set($0).sorted() } ?? Array(1...count)
    }
}
