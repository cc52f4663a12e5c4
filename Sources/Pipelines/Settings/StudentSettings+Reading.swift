import BERT
import Files

extension StudentSettings {
    /// The paper's student where nothing is said.
    init(_ reader: SettingReader?) throws(PipelinesError) {
        guard let reader else {
            architecture = Architecture(layers: 4, hidden: 312, intermediate: 1200, heads: 12, positions: 512, dropout: 0.1)
            return
        }
        if let from = try reader.location("from") {
            self = try Self.continued(from, reader)
            return
        }
        try reader.refuse(["projections"], "says whether those of 'from' are taken, which is missing")
        architecture = try Architecture(reader)
        initial = try reader.text("init") ?? "random" == "random" ? nil : try reader.location("init")
        if let initial, !Folder.isFolder(initial) { throw reader.error("init", "'\(initial)' is neither 'random' nor a folder") }
    }

    /// `from: RUN`: a student that goes on from another run's.
    private static func continued(_ from: String, _ reader: SettingReader) throws(PipelinesError) -> StudentSettings {
        try reader.refuse(
            ["init", "layers", "hidden", "intermediate", "heads", "positions", "dropout"], beside: "from",
            "has no effect beside 'from', which says it; leave it out")
        guard let folder = [from, from + "/distill", from + "/baseline"].first(where: { Folder.exists($0 + "/config.json") }) else {
            throw reader.error("from", "'\(from)' is neither a run with a student, nor a model's folder")
        }
        let configuration = try lift(PipelinesError.model) { () throws(BERTError) in try BERTConfiguration(folder: folder) }
        return StudentSettings(
            architecture: Architecture(
                layers: configuration.layerCount, hidden: configuration.hiddenSize, intermediate: configuration.intermediateSize,
                heads: configuration.headCount, positions: configuration.maximumPositions, dropout: configuration.hiddenDropout),
            initial: folder, takesProjections: try reader.boolean("projections") ?? true)
    }
}
