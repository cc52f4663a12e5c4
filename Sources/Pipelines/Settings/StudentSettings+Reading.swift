import BERT
import Files

extension StudentSettings {
    /// The paper's student where nothing is said.
    ///
    /// - Parameter pipeline: reads another pipeline's file.
    init(_ reader: SettingReader?, pipeline: (String) throws(PipelinesError) -> PipelineSettings) throws(PipelinesError) {
        guard let reader else {
            architecture = Architecture(layers: 4, hidden: 312, intermediate: 1200, heads: 12, positions: 512, dropout: 0.1)
            return
        }
        // An overlay that says how the student begins means to be without the one below.
        if (reader.layer(of: "init") ?? 0) <= (reader.layer(of: "from") ?? 0), let from = try reader.location("from") {
            self = try Self.continuing(from, reader, pipeline)
            return
        }
        if !reader.has("from") { try reader.refuse(["projections"], "says whether those of 'from' are taken, which is missing") }
        try reader.refuse(["projections"], beside: "init", "says whether those of 'from' are taken, and 'init' stands for it; leave it out")
        architecture = try Architecture(reader)
        let layers = try reader.layers("initLayers")
        switch try reader.text("init") ?? "random" {
        case "random": start = .random
        case "embedding-svd": start = .embeddingSVD
        case "teacher-layers":
            if let layers, layers.count != architecture.layers {
                throw reader.error("initLayers", "names \(layers.count) layers for a student of \(architecture.layers); one for each is asked for")
            }
            start = .teacherLayers(layers)
            return
        case let path:
            guard let folder = try? reader.location("init"), Folder.isFolder(folder) else {
                throw reader.error("init", "'\(path)' is neither random, embedding-svd, teacher-layers nor a folder")
            }
            start = .folder(folder)
        }
        try reader.refuse(["initLayers"], "has no effect without `init: teacher-layers`")
    }

    /// `from: RUN`, or `from: PIPELINE.yaml`: a student that goes on from another's.
    private static func continuing(
        _ from: String, _ reader: SettingReader, _ pipeline: (String) throws(PipelinesError) -> PipelineSettings
    ) throws(PipelinesError) -> StudentSettings {
        try reader.refuse(
            ["init", "initLayers", "layers", "hidden", "intermediate", "heads", "positions", "dropout"], beside: "from",
            "has no effect beside 'from', which says it; leave it out")
        let takesProjections = try reader.boolean("projections") ?? true
        if !Folder.isFolder(from) {
            let settings = try pipeline(from)
            guard settings.distill != nil || settings.baseline != nil else {
                throw reader.error("from", "'\(from)' makes no student; it has neither a `distill` nor a `baseline` section")
            }
            return StudentSettings(
                architecture: settings.student.architecture, start: .pipeline(settings), takesProjections: takesProjections)
        }
        guard let folder = [from, from + "/distill", from + "/baseline"].first(where: { Folder.exists($0 + "/config.json") }) else {
            throw reader.error("from", "'\(from)' is neither a run with a student, nor a model's folder, nor a pipeline")
        }
        let configuration = try lift(PipelinesError.model) { () throws(BERTError) in try BERTConfiguration(folder: folder) }
        let architecture = Architecture(
            layers: configuration.layerCount, hidden: configuration.hiddenSize, intermediate: configuration.intermediateSize,
            heads: configuration.headCount, positions: configuration.maximumPositions, dropout: configuration.hiddenDropout)
        return StudentSettings(architecture: architecture, start: .folder(folder), takesProjections: takesProjections)
    }
}
