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
    /// Those that are asked for; nil for all.
    private let tasks, systems: [String]?
    private let outputs = TeacherOutputs()

    /// - Parameters:
    ///   - tasks: those to run; nil for all.
    ///   - systems: those to run; nil for all.
    ///   - output: the folder of the finished rows and of the table.
    ///   - stages: the folder of finished stages.
    public init(
        _ settings: ComparisonSettings, tasks: [String]? = nil, systems: [String]? = nil, output: String, stages: String, work: Work
    ) throws(PipelinesError) {
        guard !output.isEmpty, !stages.isEmpty else { throw .usage("--output and --store name folders; one of them is empty") }
        (self.settings, self.stages, self.work, self.tasks, self.systems) = (settings, stages, work, tasks, systems)
        for (option, names, known) in [("tasks", tasks, settings.tasks.map(\.name)), ("systems", systems, settings.systems.map(\.name))] {
            if let wrong = names?.first(where: { !known.contains($0) }) {
                throw .usage("--\(option): '\(wrong)' is unknown; the table has \(known.joined(separator: ", "))")
            }
        }
        store = try ComparisonStore(output)
    }

    /// Prints the students and which of them are done.
    public func describe() throws(PipelinesError) {
        var (text, left) = ("", 0)
        for (run, pipeline) in try pipelines() where isAsked(run) {
            let isDone = isDone(run, pipeline)
            left += isDone ? 0 : 1
            text += run.task.padded(16) + run.system.padded(24) + "seed \(run.seed)".padded(12) + (isDone ? "done" : "to do") + "\n"
        }
        text += "\(left) of \(settings.runs.count(where: isAsked)) students are still to be trained\n"
        let lines = text
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(lines) }
    }

    /// Trains what is missing, and writes the table after each student.
    ///
    /// - Returns: how many records were unusable and skipped.
    public func run() throws(PipelinesError) -> Int {
        let lock = try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(store.folder)
            return try FolderLock(store.folder)
        }
        defer { withExtendedLifetime(lock) {} }
        // A mistake in the last system is found before the first is trained.
        let pipelines = try pipelines()
        let asked = pipelines.filter { isAsked($0.run) }
        var rejects: [String: Int] = [:]
        for (index, (run, pipeline)) in asked.enumerated() where !isDone(run, pipeline) {
            work.printer.note("compare: \(run.task), \(run.system), seed \(run.seed): student \(index + 1) of \(asked.count)")
            let tell: (RunRecord.Stage) -> Void = { stage in
                work.printer.note("\(stage.name): " + (stage.wasReused ? "was finished before" : "done in \(duration(stage.seconds))"))
            }
            try checkTeacher(run, pipeline, finished: tell)
            let records = try pipeline.run(until: "distill", finished: tell)
            rejects[run.task] = try pipeline.rejectCount()
            let training = records.last { $0.name == "distill" && !$0.wasReused }?.seconds
            for split in pipeline.settings.evaluate.splits { try store.add(results(run, pipeline, split, seconds: training)) }
            try write(table(of: pipelines))
        }
        let text = table(of: pipelines)
        try write(text)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text.markdown) }
        return rejects.values.reduce(0, +)
    }

    /// Writes and prints the table of the rows that there are, whatever data and settings are at hand.
    public func report() throws(PipelinesError) {
        let runs = settings.runs
        let table = ComparisonTable(
            settings, store.results.filter { result in result.seed == nil || runs.contains { result.isOf($0.task, $0.system, result.split, $0.seed) } })
        try write(table)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(table.markdown) }
    }

    private func write(_ table: ComparisonTable) throws(PipelinesError) {
        let texts = [("table.md", table.markdown), ("table.tsv", table.tsv), ("table.json", table.json)]
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(store.folder)
            for (name, text) in texts { try AtomicFile.write(Array(text.utf8), to: store.folder + "/" + name) }
        }
    }

    /// The table of the rows that are as they would be computed now.
    private func table(of pipelines: [(run: ComparisonRun, pipeline: Pipeline)]) -> ComparisonTable {
        var rows: [FinishedRow] = []
        for (run, pipeline) in pipelines {
            for split in pipeline.settings.evaluate.splits {
                if let row = store.result(run.task, run.system, split, run.seed), row.fingerprint == pipeline.studentFingerprint(split) { rows.append(row) }
                for name in [FinishedRow.constant, FinishedRow.labels, FinishedRow.teacher] {
                    guard let row = store.result(run.task, name, split, nil), row.fingerprint == pipeline.teacherFingerprint(split), !rows.contains(row)
                    else { continue }
                    rows.append(row)
                }
            }
        }
        return ComparisonTable(settings, rows)
    }

    private func isAsked(_ run: ComparisonRun) -> Bool { (tasks?.contains(run.task) ?? true) && (systems?.contains(run.system) ?? true) }

    /// Those of all runs.
    ///
    /// - Throws: where systems of a task have other teachers or tokens, whose scores cannot stand beside each other.
    private func pipelines() throws(PipelinesError) -> [(run: ComparisonRun, pipeline: Pipeline)] {
        var made: [(run: ComparisonRun, pipeline: Pipeline)] = []
        var teachers: [String: (system: String, fingerprint: String, splits: [String])] = [:]
        for (run, settings) in try settings.pipelines() {
            let pipeline = try Pipeline(settings, store: stages, observer: work.observer, workers: work.workers)
            let found = (system: run.system, fingerprint: pipeline.teacherFingerprint(settings.evaluate.splits[0]), splits: settings.evaluate.splits)
            if let first = teachers[run.task], first.fingerprint != found.fingerprint || first.splits != found.splits {
                throw .usage(
                    "task '\(run.task)': the systems '\(first.system)' and '\(run.system)' differ in teacher, tokens or splits, and one table compares students of one teacher on one text; make a task of it")
            }
            teachers[run.task] = teachers[run.task] ?? found
            made.append((run, pipeline))
        }
        return made
    }

    private func isDone(_ run: ComparisonRun, _ pipeline: Pipeline) -> Bool {
        pipeline.settings.evaluate.splits.allSatisfy { split in
            store.has(run.task, run.system, split, run.seed, pipeline.studentFingerprint(split))
                && store.has(run.task, FinishedRow.labels, split, nil, pipeline.teacherFingerprint(split))
        }
    }

    /// The row of a student, and those of labels, constant and teacher where they are not there yet.
    private func results(_ run: ComparisonRun, _ pipeline: Pipeline, _ split: String, seconds: Double?) throws(PipelinesError) -> [FinishedRow] {
        let (examples, labels) = try pipeline.examples(split)
        let fingerprint = pipeline.teacherFingerprint(split)
        var results: [FinishedRow] = []
        func result(_ system: String, _ evaluation: Evaluation, seed: UInt64?, _ fingerprint: String) throws(PipelinesError) -> FinishedRow {
            var result = FinishedRow(task: run.task, system: system, split: split, seed: seed, fingerprint: fingerprint)
            result.metrics = try lift(PipelinesError.training) { () throws(TrainingError) in try evaluation.metrics(examples.labels) }
            result.predictions = examples.labels.predictions(evaluation)
            return result
        }
        let teacherFolder = pipeline.settings.teacher == nil ? nil : pipeline.teacherFolder
        let teacherModel = try teacherFolder.map { _ throws(PipelinesError) in try pipeline.teacher() }
        let teacher = try teacherOutput(pipeline, split)
        if !store.has(run.task, FinishedRow.labels, split, nil, fingerprint) {
            results.append(try result(FinishedRow.constant, pipeline.constant(on: examples, labels), seed: nil, fingerprint))
            var truth = FinishedRow(task: run.task, system: FinishedRow.labels, split: split, fingerprint: fingerprint)
            truth.predictions = examples.labels.numbers
            results.append(truth)
            if let teacher, let teacherFolder, let teacherModel {
                var row = try result(FinishedRow.teacher, teacher, seed: nil, fingerprint)
                (row.parameters, row.bytes) = (teacherModel.parameterCount, try fileSize(teacherFolder))
                results.append(row)
            }
        }
        let folder = pipeline.folder(of: "distill")
        let model = try pipeline.load(folder: folder)
        guard let student = try pipeline.evaluation(of: "distilled", model, in: folder, on: examples, labels, split: split) else {
            throw .stage("compare", problem: "the student of \(run.task), \(run.system) has no classifier to judge; give its objective soft or hard losses")
        }
        var row = try result(run.system, student, seed: run.seed, pipeline.studentFingerprint(split))
        (row.parameters, row.bytes) = (model.parameterCount, try fileSize(folder))
        // A student that was finished without its row has none; an older row of its may.
        row.seconds = seconds.map { rounded($0, 1) } ?? store.result(run.task, run.system, split, run.seed)?.seconds
        if let teacher, let teacherModel {
            if !examples.labels.isScores {
                (row.agreement, row.divergence) = (Metric.accuracy(student.categories, teacher.categories), student.divergence(from: teacher))
            }
            let speed = try pipeline.speed(of: [("teacher", teacherModel), ("student", model)], examples)
            if let fast = speed["student"], let slow = speed["teacher"] { row.speedup = rounded(fast / slow, 2) }
        }
        return results + [row]
    }

    /// What the teacher says of a split; nil where it has no classifier, or where there is none.
    private func teacherOutput(_ pipeline: Pipeline, _ split: String) throws(PipelinesError) -> Evaluation? {
        guard pipeline.settings.teacher != nil else { return nil }
        return try outputs.of(pipeline.teacherFingerprint(split)) { () throws(PipelinesError) in
            let (examples, labels) = try pipeline.examples(split)
            return try pipeline.evaluation(of: "teacher", in: pipeline.teacherFolder, on: examples, labels, split: split)
        }
    }

    /// Refuses a teacher that is not the one of the rows that are kept: another processor tunes another one by equal settings, and its
    /// students cannot stand beside those of the first.
    private func checkTeacher(_ run: ComparisonRun, _ pipeline: Pipeline, finished: (RunRecord.Stage) -> Void) throws(PipelinesError) {
        for split in pipeline.settings.evaluate.splits {
            let fingerprint = pipeline.teacherFingerprint(split)
            guard !outputs.has(fingerprint), let kept = store.result(run.task, FinishedRow.teacher, split, nil), kept.fingerprint == fingerprint else { continue }
            _ = try pipeline.run(until: pipeline.plan("finetune") == nil ? "tokens" : "finetune", finished: finished)
            guard let teacher = try teacherOutput(pipeline, split) else { continue }
            let (ours, theirs) = (try pipeline.examples(split).0.labels.predictions(teacher), kept.predictions)
            let count = ours.count
            let different = theirs.count == count ? zip(ours, theirs).count { ($0 - $1).magnitude > 0.01 } : count
            // Where two classes are level, last bits may decide.
            guard different * 200 > count else { continue }
            throw .stage(
                "compare",
                problem: "the teacher of '\(run.task)' differs on \(different) of \(count) examples of '\(split)' from that of the rows in '\(store.folder)': "
                    + "another processor or other kernels tune another one. Go on where they were made, or as there (LIMBECK_KERNELS, OPENBLAS_CORETYPE; this process "
                    + "computes with '\(arithmetic)'), or give another --output")
        }
    }

    /// The bytes of a model's file.
    private func fileSize(_ folder: String) throws(PipelinesError) -> Int {
        try lift(PipelinesError.files) { () throws(FilesError) in try Folder.size(folder + "/model.safetensors") }
    }
}

/// What teachers say of splits: computed once for all of their students.
private final class TeacherOutputs {
    private var known: [String: Evaluation?] = [:]

    func has(_ fingerprint: String) -> Bool { known[fingerprint] != nil }

    func of(_ fingerprint: String, _ compute: () throws(PipelinesError) -> Evaluation?) throws(PipelinesError) -> Evaluation? {
        if let found = known[fingerprint] { return found }
        let made = try compute()
        known[fingerprint] = .some(made)
        return made
    }
}

/// As it is read back.
private func rounded(_ value: Double, _ places: Int) -> Double { Double(fixed(value, places)) ?? value }

extension BatchLabels {
    var isScores: Bool { if case .scores = self { true } else { false } }

    /// What a model says, as numbers of the same kind.
    func predictions(_ evaluation: Evaluation) -> [Double] { isScores ? evaluation.scores : evaluation.categories.map(Double.init) }

    /// Classes or scores.
    var numbers: [Double] {
        switch self {
        case .none: []
        case .categories(let all): all.map(Double.init)
        case .scores(let all): all.map(Double.init)
        case .tags(let all): all.map(Double.init)
        }
    }
}
