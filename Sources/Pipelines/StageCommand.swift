import Files

/// Commands that fill one stage's folder: a pipeline of their own, whose last stage stands where the user wants it.
public enum StageCommand {
    /// - Parameters:
    ///   - values: the pipeline's settings.
    ///   - overrides: further ones, as `key=value`.
    ///   - output: the folder of the stage; what it is made from stands in its `.stages`.
    /// - Returns: how many records were unusable and skipped.
    public static func run(
        _ stage: String, _ values: [(key: String, value: String)], overrides: [String], output: String, work: Work
    ) throws(PipelinesError) -> Int {
        guard !output.isEmpty else { throw .usage("--output is empty; give a folder") }
        var all = values
        // A stage is planned where its section stands.
        if stage == "distill" { all.append(("distill.objective", "lrc")) }
        let settings = try PipelineSettings(all, overrides: overrides, environment: Environment.variables)
        let pipeline = try Pipeline(settings, store: output + "/.stages", observer: work.observer, workers: work.workers)
        guard let last = pipeline.plan(stage) else { preconditionFailure("the values plan the stage") }
        try pipeline.checkTeacher(until: stage)
        // Whether it can be filled is known before anything is computed.
        if try !StageFolder(output, plan: last).isSealed {
            for plan in pipeline.plans.prefix(while: { $0.name != stage }) where plan.name != "baseline" {
                _ = try pipeline.perform(plan, in: pipeline.folder(plan), waits: false)
            }
            _ = try pipeline.makePrior(of: last)
        } else if let tokens = pipeline.plan("tokens") {
            try pipeline.checkRejects(of: tokens, warns: true)
        }
        let wasReused = try pipeline.perform(last, in: output, waits: false).wasReused
        work.printer.note("\(stage): \(wasReused ? "was finished before" : "done"), \(output)")
        return try pipeline.rejectCount()
    }
}
