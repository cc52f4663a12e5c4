import Files

/// Commands that fill one stage's folder: a pipeline of their own, whose last stage stands where the user wants it.
public enum StageCommand {
    /// - Parameters:
    ///   - values: the pipeline's settings.
    ///   - overrides: further ones, as `key=value`.
    ///   - output: the folder of the stage; what it is made from stands in its `.stages`.
    public static func run(
        _ stage: String, _ values: [(key: String, value: String)], overrides: [String], output: String, work: Work
    ) throws(PipelinesError) {
        var all = values
        // A stage is planned where its section stands.
        if stage == "distill" { all.append(("distill.objective", "lrc")) }
        let settings = try PipelineSettings(all, overrides: overrides, environment: Environment.variables)
        let pipeline = try Pipeline(settings, store: output + "/.stages", observer: work.observer, workers: work.workers)
        guard let last = pipeline.plan(stage) else { preconditionFailure("the values plan the stage") }
        for plan in pipeline.plans {
            if plan.name == stage {
                let wasReused = try pipeline.perform(last, in: output)
                work.printer.note("\(stage): \(wasReused ? "was finished before" : "done"), \(output)")
                return
            }
            if !["evaluate", "export", "baseline"].contains(plan.name) {
                _ = try pipeline.perform(plan, in: pipeline.folder(plan))
            }
        }
    }
}
