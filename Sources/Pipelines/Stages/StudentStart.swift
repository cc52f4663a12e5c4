import BERT
import Distillation
import Files
import Kernels
import Records
import WordPiece

extension Pipeline {
    /// Random weights, or those that the settings name.
    func initialise(_ student: Parameters, _ configuration: BERTConfiguration) throws(PipelinesError) {
        student.initialise(range: configuration.initializerRange, seed: settings.seed)
        switch settings.student.start {
        case .random: break
        case .folder(let folder): try goOn(from: load("student.init", folder), folder, student, configuration)
        case .pipeline:
            guard let prior, let plan = prior.studentPlan else { preconditionFailure("a pipeline with a student; the settings saw to it") }
            let folder = prior.folder(plan)
            try goOn(from: load(folder: folder), folder, student, configuration)
        case .embeddingSVD:
            let teacher = try startingTeacher("embedding-svd")
            try check(
                [("hidden", configuration.hiddenSize, at: teacher.configuration.hiddenSize)], "embedding-svd", "at most", <=)
            teacher.projectEmbeddings(into: student, on: workers)
        case .teacherLayers(let stated):
            let teacher = try startingTeacher("teacher-layers")
            let (ours, theirs) = (configuration, teacher.configuration)
            try check(
                [
                    ("hidden", ours.hiddenSize, at: theirs.hiddenSize), ("intermediate", ours.intermediateSize, at: theirs.intermediateSize),
                    ("heads", ours.headCount, at: theirs.headCount), ("positions", ours.maximumPositions, at: theirs.maximumPositions),
                ], "teacher-layers", "as in the teacher,", ==)
            let layers = stated ?? Array(1...ours.layerCount)
            if let wrong = layers.first(where: { $0 > theirs.layerCount }) {
                throw .usage("student.initLayers: layer \(wrong) is asked for, the teacher has \(theirs.layerCount)")
            }
            teacher.copyLayers(layers, into: student)
            if configuration.predictsWords { try wordHead(of: teacher).copy(into: student) }
        }
    }

    /// The teacher that a student begins with a part of.
    private func startingTeacher(_ way: String) throws(PipelinesError) -> BERTModel {
        guard settings.teacher != nil else {
            throw .usage("student.init: '\(way)' takes weights of the teacher, and a cache has none; add `teacher: { model: ... }`")
        }
        let model = try teacher()
        try checkVocabulary(model.configuration, "the teacher")
        return model
    }

    private func check(
        _ sizes: [(name: String, student: Int, at: Int)], _ way: String, _ relation: String, _ holds: (Int, Int) -> Bool
    ) throws(PipelinesError) {
        for (name, student, teacher) in sizes where !holds(student, teacher) {
            throw .usage("student.init: '\(way)' asks for `\(name)` \(relation) \(teacher); the student has \(student)")
        }
    }

    /// Takes all weights of another student but those of a classifier, whose classes may be others.
    private func goOn(
        from model: BERTModel, _ folder: String, _ student: Parameters, _ configuration: BERTConfiguration
    ) throws(PipelinesError) {
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
        if configuration.predictsWords, let head = try lift(PipelinesError.model, { () throws(BERTError) in try MaskedLanguageHead(folder: folder, of: model) }) {
            head.copy(into: student)
        }
        if model.hasClassifier, settings.corpus != nil { note("distill: '\(folder)' has a classifier; the student's own begins anew") }
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
