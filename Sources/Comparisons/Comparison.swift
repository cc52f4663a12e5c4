import Files
public import Pipelines
import Records

/// `limbeck compare`: runs the students of a table from shared stages, keeps each finished row, and writes the table.
public struct Comparison {
    let settings: ComparisonSettings
    let store: ComparisonStore
    private let stages: String
    let work: Work
    /// Those that are asked for; nil for all.
    private let tasks, systems: [String]?
    let teachers: ComparedTeachers

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
                throw .usage("--\(option): '\(wrong)' is unknown\(suggestion(wrong, known)); the table has \(known.joined(separator: ", "))")
            }
        }
        store = try ComparisonStore(output)
        teachers = ComparedTeachers(store)
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
            try teachers.check(of: run.task, pipeline, finished: tell)
            let records = try pipeline.run(until: "distill", warns: false, finished: tell)
            rejects[run.task] = try pipeline.rejectCount()
            let training = records.last { $0.name == "distill" && !$0.wasReused }?.seconds
            for split in pipeline.settings.evaluate.splits { try store.add(results(run, pipeline, split, seconds: training)) }
            try write(table(of: pipelines))
        }
        let text = table(of: pipelines)
        try write(text)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text.markdown) }
        let count = rejects.values.reduce(0, +)
        if count > 0 { work.printer.warn("compare: \(count) records were unusable and skipped; each task's tokens list them (rejects.jsonl)") }
        return count
    }

    /// Writes and prints the table of the rows that there are, whatever data and settings are at hand.
    public func report() throws(PipelinesError) {
        guard !store.results.isEmpty else { throw .usage("'\(store.folder)' has no finished rows (rows.tsv); give the folder that --output named when they were made") }
        let table = ComparisonTable(settings, store.results.filter(isOfTable))
        try write(table)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(table.markdown) }
    }

    private func write(_ table: ComparisonTable) throws(PipelinesError) {
        if store.results.isEmpty { return }
        let texts = [("table.md", table.markdown), ("table.tsv", table.tsv), ("table.json", table.json)]
        try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(store.folder)
            for (name, text) in texts { try AtomicFile.write(Array(text.utf8), to: store.folder + "/" + name) }
        }
    }

    /// The table of the rows that are as they would be computed now.
    private func table(of pipelines: [(run: ComparisonRun, pipeline: Pipeline)]) -> ComparisonTable {
        // Of a task whose data are not at hand, as they were found.
        let atHand = Set(pipelines.map(\.run.task))
        var rows = store.results.filter { !atHand.contains($0.task) && isOfTable($0) }
        for (run, pipeline) in pipelines {
            for split in pipeline.settings.evaluate.splits {
                if let row = store.result(run.task, run.system, split, run.seed), row.fingerprint == pipeline.studentFingerprint(split) { rows.append(row) }
                let teacher = pipeline.teacherFingerprint(split)
                for name in [FinishedRow.constant, FinishedRow.labels, FinishedRow.teacher] {
                    guard let row = store.result(run.task, name, split, nil), row.fingerprint == teacher, !rows.contains(row)
                    else { continue }
                    rows.append(row)
                }
            }
        }
        return ComparisonTable(settings, rows)
    }

    private func isOfTable(_ row: FinishedRow) -> Bool {
        row.seed == nil || settings.runs.contains { row.isOf($0.task, $0.system, row.split, $0.seed) }
    }

    private func isAsked(_ run: ComparisonRun) -> Bool { (tasks?.contains(run.task) ?? true) && (systems?.contains(run.system) ?? true) }

    /// Those of all runs; of a task that is not asked for, and whose data are not at hand, none.
    ///
    /// - Throws: where systems of a task have other teachers or tokens, whose scores cannot stand beside each other.
    private func pipelines() throws(PipelinesError) -> [(run: ComparisonRun, pipeline: Pipeline)] {
        var made: [(run: ComparisonRun, pipeline: Pipeline)] = []
        var teachers: [String: (system: String, fingerprint: String, splits: [String])] = [:]
        var lacking: [String: PipelinesError] = [:]
        func leaveOut(_ task: String, _ error: PipelinesError) -> Bool {
            guard let asked = tasks, !asked.contains(task) else { return false }
            lacking[task] = lacking[task] ?? error
            return true
        }
        for (run, settings) in try settings.pipelines(leaveOut) {
            let pipeline: Pipeline
            do {
                pipeline = try Pipeline(settings, store: stages, observer: work.observer, workers: work.workers)
                try pipeline.checkTeacher(until: "distill")
            } catch {
                if leaveOut(run.task, error) { continue }
                throw error
            }
            let found = (system: run.system, fingerprint: pipeline.teacherFingerprint(settings.evaluate.splits[0]), splits: settings.evaluate.splits)
            if let first = teachers[run.task], first.fingerprint != found.fingerprint || first.splits != found.splits {
                throw .usage(
                    "task '\(run.task)': the systems '\(first.system)' and '\(run.system)' differ in teacher, tokens or splits, and one table compares students of one teacher on one text; make a task of it")
            }
            teachers[run.task] = teachers[run.task] ?? found
            made.append((run, pipeline))
        }
        for (task, error) in lacking.sorted(by: { $0.key < $1.key }) {
            work.printer.note("compare: task '\(task)' is left out, and its rows stay as they are: \(error.description)")
        }
        return made.filter { lacking[$0.run.task] == nil }
    }

    private func isDone(_ run: ComparisonRun, _ pipeline: Pipeline) -> Bool {
        pipeline.settings.evaluate.splits.allSatisfy { split in
            let teacher = pipeline.teacherFingerprint(split)
            func has(_ name: String) -> Bool { store.has(run.task, name, split, nil, teacher) }
            return has(FinishedRow.labels) && store.isJudged(run, split, pipeline.studentFingerprint(split), hasTeacher: has(FinishedRow.teacher))
        }
    }
}
