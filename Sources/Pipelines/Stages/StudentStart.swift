import BERT
import Distillation
import Files
import Kernels
import Records
import WordPiece

extension Pipeline {
    /// Random weights, or those of the folder that the settings name.
    func initialise(_ student: Parameters, _ configuration: BERTConfiguration) throws(PipelinesError) {
        student.initialise(range: configuration.initializerRange, seed: settings.seed)
        guard let folder = settings.student.initial else { return }
        let model = try load("student.init", folder)
        let (ours, theirs) = (configuration, model.configuration)
        for (name, a, b) in [
            ("layers", ours.layerCount, theirs.layerCount), ("hidden", ours.hiddenSize, theirs.hiddenSize),
            ("intermediate", ours.intermediateSize, theirs.intermediateSize), ("heads", ours.headCount, theirs.headCount),
            ("positions", ours.maximumPositions, theirs.maximumPositions), ("vocabulary", ours.vocabularySize, theirs.vocabularySize),
            ("token types", ours.typeCount, theirs.typeCount),
        ] where a != b {
            throw .stage("distill", problem: "the student begins with '\(folder)', which has \(b) \(name), and the student \(a)")
        }
        if Folder.exists(folder + "/vocab.txt"), try TokenizerFolder(folder).vocabularyHash != tokenizer.vocabularyHash {
            throw .stage("distill", problem: "the student begins with '\(folder)', whose vocabulary has other words than '\(settings.tokens.vocabulary)'; take the same for both")
        }
        _ = model.copyEncoder(into: student)
        if settings.student.takesProjections, let reason = try StudentProjections.read(folder, into: student) {
            observer.note("distill: the student's projections are drawn: \(reason)")
        }
    }
}

/// The projections of a student, which are no part of its model, beside it for a student that goes on from it.
enum StudentProjections {
    static let file = "projections.safetensors"

    /// - Returns: the file's name; none where there is no projection.
    static func write(_ student: Parameters, to folder: String) throws(PipelinesError) -> [String] {
        let entries = student.layout.entries.filter(\.isProjection)
        guard !entries.isEmpty else { return [] }
        var writer = SafetensorsWriter()
        for entry in entries {
            writer.append(entry.name, shape: entry.shape, student.matrix(entry))
        }
        let result = writer
        try lift(PipelinesError.model) { () throws(BERTError) in try result.write(to: folder + "/" + file) }
        return [file]
    }

    /// Takes all of them, or none.
    ///
    /// - Returns: why none was taken.
    static func read(_ folder: String, into student: Parameters) throws(PipelinesError) -> String? {
        let path = folder + "/" + file
        let entries = student.layout.entries.filter(\.isProjection)
        guard !entries.isEmpty else { return nil }
        guard Folder.exists(path) else { return "'\(folder)' has none" }
        let tensors = try lift(PipelinesError.model) { () throws(BERTError) in try SafetensorsFile(path) }
        guard tensors.tensors.count == entries.count else { return "'\(folder)' has \(tensors.tensors.count), and \(entries.count) are needed" }
        for entry in entries where tensors.tensors[entry.name]?.shape != entry.shape {
            return "those of '\(folder)' lead to a teacher of another width"
        }
        try lift(PipelinesError.model) { () throws(BERTError) in
            for entry in entries { _ = try tensors.read(entry.name, into: student.matrix(entry)) }
        }
        return nil
    }
}
