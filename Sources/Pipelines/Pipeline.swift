import BERT
import Corpora
import Files
public import Kernels
public import Records
import WordPiece

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A pipeline over a store of finished stages: what has been done is not done again.
public struct Pipeline: Sendable {
    public let settings: PipelineSettings
    /// Where finished stages live; several runs share it.
    public let store: String
    public let observer: WorkObserver
    public let workers: Workers
    /// What the shuffling of texts may hold at once, in bytes.
    public let memory: Int
    /// 1 GiB.
    public static let defaultMemory = 1 << 30

    let tokenizer: TokenizerFolder
    /// The pipeline whose student this one's goes on from.
    private let priors: [Pipeline]
    var prior: Pipeline? { priors.first }
    /// The plans of its stages, in the order in which they run.
    public let plans: [StagePlan]

    /// Checks everything that can be checked before work begins, and computes the fingerprints.
    public init(
        _ settings: PipelineSettings, store: String, observer: WorkObserver = .silent, workers: Workers, memory: Int = defaultMemory
    ) throws(PipelinesError) {
        (self.settings, self.store, self.observer, self.workers, self.memory) = (settings, store, observer, workers, memory)
        tokenizer = try TokenizerFolder(settings.tokens.vocabulary, lowercase: settings.tokens.lowercase)
        var priors: [Pipeline] = []
        if case .pipeline(let settings) = settings.student.start {
            priors = [try Pipeline(settings, store: store, observer: observer, workers: workers, memory: memory)]
        }
        self.priors = priors
        plans = try Self.plans(settings, tokenizer, after: priors.first)
    }

    /// The plan of the student that this pipeline makes.
    var studentPlan: StagePlan? { plan("distill") ?? plan("baseline") }

    /// All that a pipeline may have, in the order in which they run.
    static let stageNames = ["corpus", "tokens", "finetune", "augment", "mask", "features", "transfer", "transfer-features", "baseline", "distill", "evaluate", "export"]

    func note(_ text: String) { observer.note(text) }

    public func plan(_ name: String) -> StagePlan? { plans.first { $0.name == name } }

    /// The folder of a stage in the store.
    public func folder(_ plan: StagePlan) -> String { store + "/" + plan.folderName }

    package func folder(of name: String) -> String {
        guard let plan = plan(name) else { preconditionFailure("a stage of this pipeline") }
        return folder(plan)
    }

    /// Whether a stage stands finished in the store.
    public func isFinished(_ plan: StagePlan) -> Bool { StageFolder.isFinished(folder(plan), plan) }

    /// Runs the stages in order.
    ///
    /// - Parameters:
    ///   - until: the last stage to run; nil runs all.
    ///   - warns: whether it is said again what stages skipped that were finished before.
    ///   - finished: told of each stage as it ends.
    public func run(
        until: String? = nil, warns: Bool = true, finished: (RunRecord.Stage) -> Void = { _ in }
    ) throws(PipelinesError) -> [RunRecord.Stage] {
        var records: [RunRecord.Stage] = []
        for plan in plans {
            if observer.isInterrupted() { throw .interrupted(stage: plan.name) }
            if !isFinished(plan) { records += try makePrior(of: plan, finished: finished) }
            let start = ContinuousClock.now
            let outcome = try perform(plan, in: folder(plan), waits: true, warns: warns)
            let record = RunRecord.Stage(
                name: plan.name, fingerprint: plan.fingerprint, wasReused: outcome.wasReused,
                seconds: outcome.trainingSeconds ?? (ContinuousClock.now - start) / .seconds(1))
            records.append(record)
            finished(record)
            if plan.name == until { break }
        }
        return records
    }

    /// Makes the student that a stage goes on from, where another pipeline makes it.
    func makePrior(of plan: StagePlan, finished: (RunRecord.Stage) -> Void = { _ in }) throws(PipelinesError) -> [RunRecord.Stage] {
        guard settings.students.contains(where: { $0.stage == plan.name }), let prior, let student = prior.studentPlan, !prior.isFinished(student)
        else { return [] }
        note("\(plan.name): goes on from the student of '\(prior.settings.name)', which is made first")
        func named(_ stage: RunRecord.Stage) -> RunRecord.Stage {
            var stage = stage
            stage.name = "\(prior.settings.name)/\(stage.name)"
            return stage
        }
        return try prior.run(until: student.name) { finished(named($0)) }.map(named)
    }

    /// Fills a folder with what a stage makes.
    ///
    /// - Parameters:
    ///   - waits: whether a stage that another run of the same store is filling is waited for.
    ///   - warns: whether it is said again what one skipped that was finished before.
    /// - Returns: whether it stood there already; of a training how long it took, across interruptions.
    func perform(_ plan: StagePlan, in path: String, waits: Bool, warns: Bool = true) throws(PipelinesError) -> (wasReused: Bool, trainingSeconds: Double?) {
        let folder = try open(path, plan, waits: waits)
        if folder.isSealed {
            try checkRejects(of: plan, warns: warns)
            // A kill may have come between the seal and this.
            for name in Self.leftovers where Folder.exists(path + "/" + name) { try? Folder.removeFile(path + "/" + name) }
            return (true, nil)
        }
        let outputs: [String]
        switch plan.name {
        case CorpusStage.name: outputs = try extractTexts(into: path)
        case "tokens": outputs = try settings.texts.isEmpty ? tokenise(into: path) : pack(settings.texts, plan, into: path)
        case "transfer": outputs = try pack(settings.transfer, plan, into: path)
        case "finetune": outputs = try finetune(into: path)
        case "augment": outputs = try augment(into: path)
        case "mask": outputs = try mask(into: path)
        case "features": outputs = try extractFeatures(of: sequencesPlan?.name ?? "tokens", plan, into: path)
        case "transfer-features": outputs = try extractFeatures(of: "transfer", plan, into: path)
        case "distill": outputs = try distil(settings.distill, stage: plan.name, into: path)
        case "baseline": outputs = try distil(settings.baseline, stage: plan.name, into: path)
        case "evaluate": outputs = try evaluate(into: path)
        case "export": outputs = try export(into: path)
        default: preconditionFailure("a stage that is planned")
        }
        let seconds = TrainingTime(path).seconds
        try folder.seal(outputs: outputs, leftovers: Self.leftovers)
        return (false, seconds)
    }

    /// The state of a training; it costs too much to lose to be removed before its model is sealed.
    static let checkpoint = "checkpoint.safetensors"
    private static let leftovers = [checkpoint, TrainingTime.name]

    private func open(_ path: String, _ plan: StagePlan, waits: Bool) throws(PipelinesError) -> StageFolder {
        guard waits else { return try StageFolder(path, plan: plan) }
        var isWaiting = false
        return try StageFolder(path, plan: plan) { _ throws(PipelinesError) in
            if !isWaiting { note("\(plan.name): another run fills it, waiting for that") }
            isWaiting = true
            if observer.isInterrupted() { throw .interrupted(stage: plan.name) }
            usleep(200_000)
        }
    }
}
