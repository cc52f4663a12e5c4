import BERT
import Corpora
import Distillation
import Files
import Kernels
import Records
import Tokens
import Training

/// `limbeck compare`: runs the students of a table from shared stages, keeps each finished row, and writes the table.
public struct Comparison {
    let settings: ComparisonSettings
    let store: ComparisonStore
    private let stages: String
    private let work: Work
    /// The students that are asked for.
    private let runs: [ComparisonRun]

    /// - Parameters:
    ///   - tasks: those to run; nil for all.
    ///   - systems: those to run; nil for all.
    ///   - output: the folder of the finished rows and of the table.
    ///   - stages: the folder of finished stages.
    public init(
        _ settings: ComparisonSettings, tasks: [String]? = nil, systems: [String]? = nil, output: String, stages: String, work: Work
    ) throws(PipelinesError) {
        guard !output.isEmpty, !stages.isEmpty else { throw .usage("--output and --store name folders; one of them is empty") }
        (self.settings, self.stages, self.work) = (settings, stages, work)
        for (option, names, known) in [("tasks", tasks, settings.tasks.map(\.name)), ("systems", systems, settings.systems.map(\.name))] {
            if let wrong = names?.first(where: { !known.contains($0) }) {
                throw .usage("--\(option): '\(wrong)' is unknown; the table has \(known.joined(separator: ", "))")
            }
        }
        runs = settings.runs.filter { (tasks?.contains($0.task) ?? true) && (systems?.contains($0.system) ?? true) }
        store = try ComparisonStore(output)
    }

    /// Prints the students and which of them are done.
    public func describe() throws(PipelinesError) {
        var (text, left) = ("", 0)
        for (run, settings) in try settings.pipelines(runs) {
            let pipeline = try pipeline(settings)
            let isDone = isDone(run, pipeline)
            left += isDone ? 0 : 1
            text += run.task.padded(16) + run.system.padded(24) + "seed \(run.seed)".padded(12) + (isDone ? "done" : "to do") + "\n"
        }
        text += "\(left) of \(runs.count) students are still to be trained\n"
        let lines = text
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(lines) }
    }

    /// Trains what is missing, and writes the table after each task.
    ///
    /// - Returns: how many records were unusable and skipped.
    public func run() throws(PipelinesError) -> Int {
        let lock = try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(store.folder)
            return try FolderLock(store.folder)
        }
        defer { withExtendedLifetime(lock) {} }
        var rejects: [String: Int] = [:]
        for (index, (run, settings)) in try settings.pipelines(runs).enumerated() {
            let pipeline = try pipeline(settings)
            if isDone(run, pipeline) { continue }
            work.printer.note("compare: \(run.task), \(run.system), seed \(run.seed): student \(index + 1) of \(runs.count)")
            let records = try pipeline.run(until: "distill") { stage in
                work.printer.note("\(stage.name): " + (stage.wasReused ? "was finished before" : "done in \(duration(stage.seconds))"))
            }
            rejects[run.task] = try pipeline.rejectCount()
            let distill = records.last { $0.name == "distill" }
            for split in pipeline.settings.evaluate.splits {
                try store.add(results(run, pipeline, split, seconds: distill.flatMap { $0.wasReused ? nil : $0.seconds }))
            }
            try writeTable()
        }
        try writeTable()
        return rejects.values.reduce(0, +)
    }

    /// Writes the table of the rows that there are, and prints it.
    public func writeTable(prints: Bool = false) throws(PipelinesError) {
        let table = ComparisonTable(settings, store)
        let texts = [("table.md", table.markdown), ("table.tsv", table.tsv), ("table.json", table.json)]
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(store.folder)
            for (name, text) in texts { try AtomicFile.write(Array(text.utf8), to: store.folder + "/" + name) }
            if prints { try StandardOutput.write(table.markdown) }
        }
    }

    private func pipeline(_ settings: PipelineSettings) throws(PipelinesError) -> Pipeline {
        try Pipeline(settings, store: stages, observer: work.observer, workers: work.workers)
    }

    private func isDone(_ run: ComparisonRun, _ pipeline: Pipeline) -> Bool {
        pipeline.settings.evaluate.splits.allSatisfy { split in
            store.has(run.task, run.system, split, run.seed, pipeline.studentFingerprint(split))
                && store.has(run.task, ComparisonResult.teacher, split, nil, pipeline.teacherFingerprint(split))
        }
    }

    /// The row of a student, and those of labels, constant and teacher where they are not there yet.
    private func results(
        _ run: ComparisonRun, _ pipeline: Pipeline, _ split: String, seconds: Double?
    ) throws(PipelinesError) -> [ComparisonResult] {
        let (examples, labels) = try pipeline.examples(split)
        let fingerprint = pipeline.teacherFingerprint(split)
        var results: [ComparisonResult] = []
        func result(_ system: String, _ evaluation: Evaluation, seed: UInt64?, _ fingerprint: String) throws(PipelinesError) -> ComparisonResult {
            var result = ComparisonResult(task: run.task, system: system, split: split, seed: seed, fingerprint: fingerprint)
            result.metrics = try lift(PipelinesError.training) { () throws(TrainingError) in try evaluation.metrics(examples.labels) }
            result.predictions = examples.labels.isScores ? evaluation.scores : evaluation.categories.map(Double.init)
            return result
        }
        let teacherFolder = pipeline.settings.teacher == nil ? nil : pipeline.teacherFolder
        let teacher = try teacherFolder.flatMap { folder throws(PipelinesError) in
            try pipeline.evaluation(of: "teacher", in: folder, on: examples, labels, split: split)
        }
        if !store.has(run.task, ComparisonResult.teacher, split, nil, fingerprint) {
            let (train, _) = try pipeline.examples("train")
            let constant = Evaluation.constant(from: train.labels, count: examples.count, classes: max(1, labels.names.count))
            results.append(try result(ComparisonResult.constant, constant, seed: nil, fingerprint))
            var truth = ComparisonResult(task: run.task, system: ComparisonResult.labels, split: split, fingerprint: fingerprint)
            truth.predictions = examples.labels.numbers
            results.append(truth)
            if let teacher, let teacherFolder {
                var row = try result(ComparisonResult.teacher, teacher, seed: nil, fingerprint)
                (row.parameters, row.bytes) = try size(teacherFolder)
                results.append(row)
            }
        }
        let folder = pipeline.folder(of: "distill")
        guard let student = try pipeline.evaluation(of: "distilled", in: folder, on: examples, labels, split: split) else {
            throw .stage("compare", problem: "the student of \(run.task), \(run.system) has no classifier to judge; give its objective soft or hard losses")
        }
        var row = try result(run.system, student, seed: run.seed, pipeline.studentFingerprint(split))
        (row.parameters, row.bytes) = try size(folder)
        row.seconds = seconds.map { rounded($0, 1) }
        if let teacher, let teacherFolder {
            if !examples.labels.isScores {
                (row.agreement, row.divergence) = (Metric.accuracy(student.categories, teacher.categories), student.divergence(from: teacher))
            }
            let models = try [("teacher", teacherFolder), ("student", folder)].map { name, folder throws(PipelinesError) in
                (name: name, model: try pipeline.load(folder: folder))
            }
            let speed = try pipeline.speed(of: models, examples)
            if let fast = speed["student"], let slow = speed["teacher"] { row.speedup = rounded(fast / slow, 2) }
        }
        return results + [row]
    }

    /// Parameters of a model, and the bytes of its file.
    private func size(_ folder: String) throws(PipelinesError) -> (parameters: Int, bytes: Int) {
        let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder, on: work.workers) }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.size(folder + "/model.safetensors") }
        return (model.parameterCount, bytes)
    }
}

extension Pipeline {
    /// What decides the predictions of this pipeline's student on a split.
    func studentFingerprint(_ split: String) -> String { fingerprint("student", of: plan("distill")?.fingerprint ?? "", split) }

    /// What decides those of its teacher, and those of a constant.
    func teacherFingerprint(_ split: String) -> String {
        let teacher = plan("evaluate")?.inputs.filter { $0.name.hasPrefix("teacher") }.map(\.value).joined(separator: " ")
        return fingerprint("teacher", of: teacher ?? "", split)
    }

    private func fingerprint(_ what: String, of model: String, _ split: String) -> String {
        StagePlan(what, version: 1, inputs: [("model", model), ("tokens", plan("tokens")?.fingerprint ?? ""), ("split", split)]).fingerprint
    }
}

/// As it is read back.
private func rounded(_ value: Double, _ places: Int) -> Double { Double(fixed(value, places)) ?? value }

extension BatchLabels {
    var isScores: Bool { if case .scores = self { true } else { false } }

    /// Classes or scores.
    var numbers: [Double] {
        switch self {
        case .none: []
        case .categories(let all): all.map(Double.init)
        case .scores(let all): all.map(Double.init)
        }
    }
}
