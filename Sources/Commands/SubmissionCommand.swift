import Archives
import Corpora
import Files
public import Pipelines

/// `limbeck predict --submission`: the zip that GLUE's leaderboard takes, of a model for each task.
public enum SubmissionCommand {
    /// - Parameters:
    ///   - zip: the archive to write.
    ///   - glue: the folder of the tasks' folders, named as GLUE names them.
    ///   - models: `TASK=FOLDER`, a model for each task; MNLI's answers AX too.
    ///   - isPartial: whether tasks may be missing.
    public static func run(
        _ zip: String, glue: String, models: [String], isPartial: Bool, maximumLength: Int, work: Work
    ) throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.check(zip) }
        let folders = try folders(models)
        var (files, missing): ([(name: String, contents: [UInt8])], [String]) = ([], [])
        var found: [(part: GLUESubmission, model: String, corpus: CorpusSettings)] = []
        for part in GLUESubmission.allCases {
            guard let model = folders[part.modelTask] else {
                missing.append("\(part.rawValue) has no model (--models \(part.modelTask.rawValue)=FOLDER)")
                continue
            }
            let folder = glue + "/" + part.task.rawValue
            guard let name = part.task.file(for: part.split), Folder.exists(folder + "/" + name) else {
                missing.append("\(part.rawValue) has no test file ('\(folder)/\(part.task.file(for: part.split) ?? "")')")
                continue
            }
            found.append((part, model, try CorpusSettings(descriptor: "glue/" + part.task.rawValue, path: folder)))
        }
        guard missing.isEmpty || isPartial, !found.isEmpty else {
            throw .usage("the submission lacks \(missing.count) of \(GLUESubmission.allCases.count) files: \(missing.joined(separator: "; ")); give them, or --partial to leave them out")
        }
        for line in missing { work.printer.warn("left out: " + line) }
        for (part, model, corpus) in found {
            let classifier = try Classifier(folder: model, labels: nil, maximumLength: maximumLength, work: work)
            let predictions = try classifier.predictions(of: corpus, split: part.split, stage: part.rawValue)
            if predictions.rejects > 0 {
                throw .stage("predict", problem: "\(part.rawValue): \(predictions.rejects) records of '\(corpus.path)' are unusable, and the leaderboard asks for an answer to each")
            }
            if predictions.values.count != part.rowCount {
                work.printer.warn("\(part.rawValue) has \(predictions.values.count) rows, the leaderboard's test set \(part.rowCount)")
            }
            let lines = Swift.zip(predictions.indices, predictions.values).map { "\($0)\t\($1)\n" }
            files.append((part.fileName, Array(("index\tprediction\n" + lines.joined()).utf8)))
        }
        let bytes: [UInt8]
        do { bytes = try ZipArchive.bytes(files) } catch { throw .stage("predict", problem: error.description) }
        try lift(PipelinesError.files) { () throws(FilesError) in try AtomicFile.write(bytes, to: zip) }
        work.printer.note("\(zip): \(files.map(\.name).joined(separator: ", "))")
    }

    private static func folders(_ models: [String]) throws(PipelinesError) -> [GLUETask: String] {
        var folders: [GLUETask: String] = [:]
        for model in models {
            let parts = model.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let task = GLUETask(named: parts[0]) else {
                throw .usage("--models '\(model)': write TASK=FOLDER, with a task of GLUE, as in --models CoLA=runs/cola/export")
            }
            guard folders[task] == nil else { throw .usage("--models: \(task.rawValue) stands twice") }
            guard task != .ax else { throw .usage("--models: AX is answered by the model of MNLI; leave it out") }
            folders[task] = parts[1]
        }
        return folders
    }
}
