import BERT
import Files
import FoundationEssentials
import Kernels
import Records
import Training

/// `limbeck run`: a pipeline, its folder with links to the stages it used, and the report at its end.
public struct PipelineRun: Sendable {
    let pipeline: Pipeline
    let folder: String
    let work: Work

    /// - Parameters:
    ///   - runs: the folder of all runs.
    ///   - store: the folder of finished stages; nil is `.stages` among the runs.
    ///   - memory: what the shuffling of texts may hold at once, in bytes.
    public init(
        _ settings: PipelineSettings, runs: String, store: String?, memory: Int = Pipeline.defaultMemory, work: Work
    ) throws(PipelinesError) {
        guard !runs.isEmpty, store?.isEmpty != true else { throw .usage("--runs and --store name folders; one of them is empty") }
        pipeline = try Pipeline(settings, store: store ?? runs + "/.stages", observer: work.observer, workers: work.workers, memory: memory)
        (folder, self.work) = (runs + "/" + settings.name, work)
    }

    /// Refuses a stage that the pipeline has not, and teachers that a stage up to it would refuse.
    private func check(until: String?) throws(PipelinesError) {
        guard let until, pipeline.plan(until) == nil else { return try pipeline.checkTeacher(until: until) }
        let names = pipeline.plans.map(\.name)
        throw .usage("--until: the pipeline has no stage '\(until)'\(suggestion(until, names)); it has \(names.joined(separator: ", "))")
    }

    /// Prints the stages and which of them are done.
    public func describe(until: String? = nil) throws(PipelinesError) {
        try check(until: until)
        var text = ""
        var pipelines = [pipeline]
        while let prior = pipelines[0].prior { pipelines.insert(prior, at: 0) }
        for pipeline in pipelines {
            if pipelines.count > 1 { text += "\(pipeline.settings.name):\n" }
            for plan in pipeline.plans {
                let isFinished = pipeline.isFinished(plan)
                text += "\(plan.name.padded(18)) \(plan.fingerprint.prefix(16))  \(isFinished ? "done" : "to do")"
                if !isFinished, let bytes = try pipeline.memoryEstimate(plan) { text += ", in at most \(readable(bytes)) of memory" }
                if !isFinished, let disk = try pipeline.diskEstimate(plan) { text += ", \(disk)" }
                text += "\n"
                if pipeline.plans == self.pipeline.plans, plan.name == until { break }
            }
        }
        let lines = text
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(lines) }
    }

    /// - Returns: how many records were unusable and skipped.
    public func run(until: String?) throws(PipelinesError) -> Int {
        try check(until: until)
        try checkLinks()
        let lock = try lift(PipelinesError.files) { () throws(FilesError) in
            try Folder.create(folder)
            return try FolderLock(folder)
        }
        defer { withExtendedLifetime(lock) {} }
        var record = RunRecord(
            name: pipeline.settings.name, version: Version.text, arithmetic: arithmetic, threads: work.workers.count,
            seed: pipeline.settings.seed, settings: pipeline.settings.canonical)
        var memory: [String: Int] = [:]
        record.stages = try pipeline.run(until: until) { stage in
            memory[stage.name] = work.memory.take()
            let held = memory[stage.name].map { ", with up to \(readable($0)) of memory" } ?? ""
            work.printer.note("\(stage.name): " + (stage.wasReused ? "was finished before" : "done in \(duration(stage.seconds))\(held)"))
        }
        for index in record.stages.indices where !record.stages[index].wasReused {
            record.stages[index].memoryBytes = memory[record.stages[index].name]
        }
        record.rejects = try pipeline.rejectCount()
        try link()
        var text = ""
        if let plan = pipeline.plan("evaluate"), pipeline.isFinished(plan) {
            record.metrics = try metrics()
            let report = try report(record)
            (record.sizes, record.speed, text) = (report.sizes, report.speed, report.text)
        } else if pipeline.plan("evaluate") == nil {
            text = try made()
        }
        try write(record)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
        return record.rejects
    }

    /// What stands where a link is going to is found before the work, not after it.
    private func checkLinks() throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in
            for name in Pipeline.stageNames { try Folder.checkLink(folder + "/" + name) }
        }
    }

    /// Links the stages that are finished; links of an earlier run that are not this one's go.
    private func link() throws(PipelinesError) {
        let parent = Folder.resolved(folder).map { String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) } ?? ""
        for name in Pipeline.stageNames {
            let path = folder + "/" + name
            if let plan = pipeline.plan(name), pipeline.isFinished(plan), let target = Folder.resolved(pipeline.folder(plan)) {
                // A store among the runs is linked relatively, so that both can be moved together.
                let relative = target.hasPrefix(parent + "/") ? "../" + target.dropFirst(parent.count + 1) : target
                try lift(PipelinesError.files) { () throws(FilesError) in try Folder.link(path, to: relative) }
            } else if Folder.hasEntry(path) {
                try lift(PipelinesError.files) { () throws(FilesError) in try Folder.removeLink(path) }
            }
        }
    }

    private func write(_ record: RunRecord) throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in
            try AtomicFile.write(record.json(pretty: true), to: folder + "/run.json")
        }
    }

    private func metrics() throws(PipelinesError) -> [String: [String: Double]] {
        let path = pipeline.folder(of: "evaluate") + "/metrics.json"
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(path) }
        guard let metrics = try? JSONDecoder().decode([String: [String: Double]].self, from: Data(bytes)) else {
            throw .stage("evaluate", problem: "'\(path)' is damaged; remove its folder to make it anew")
        }
        return metrics
    }
}
