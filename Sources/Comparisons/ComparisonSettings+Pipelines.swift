import Distillation
import Features
import Pipelines
import Tokens
import Training

extension ComparisonSettings {
    /// The name of the corpus that a task has, as far as the table and its pipeline say it: for rows that do not.
    func corpus(of task: Task) -> String {
        let trees = [task.tree, tree].compactMap { $0?.value(at: ["corpus", "descriptor"]) }
        guard case .scalar(let text, _)? = trees.first else { return task.name }
        return String(text.split(separator: "/").last ?? "")
    }

    /// The runs of the table, task by task and seed by seed, so that all systems are seen early.
    var runs: [ComparisonRun] {
        tasks.flatMap { task in
            let all = systems.filter { $0.tasks?.contains(task.name) ?? true }
            let usual = task.seeds ?? seeds
            var ordered: [UInt64] = []
            for seed in all.flatMap({ $0.seeds ?? usual }) where !ordered.contains(seed) { ordered.append(seed) }
            return ordered.flatMap { seed in
                all.filter { ($0.seeds ?? usual).contains(seed) }.map { ComparisonRun(task: task.name, system: $0.name, seed: seed) }
            }
        }
    }

    /// The pipelines of all runs. Where they do not state what is cached, those of a task cache what any of them reads, so that its
    /// teacher runs once.
    ///
    /// - Parameter leaveOut: whether a task whose pipeline cannot be made, as its data are not there, is left out.
    func pipelines(_ leaveOut: (String, PipelinesError) -> Bool = { _, _ in false }) throws(PipelinesError) -> [(run: ComparisonRun, settings: PipelineSettings)] {
        var made: [(run: ComparisonRun, settings: PipelineSettings)] = []
        for run in runs {
            do { made.append((run, try settings(run))) } catch { if !leaveOut(run.task, error) { throw error } }
        }
        for task in tasks {
            let places = made.indices.filter { made[$0].run.task == task.name && made[$0].settings.needsFeatures && made[$0].settings.features.cache == nil }
            var (layers, tensors): (Set<Int>, Set<Tensor>) = ([], [])
            for place in places {
                let settings = made[place].settings
                if settings.features.layers == nil {
                    do { layers.formUnion(try settings.cachedLayers()) } catch { if !leaveOut(task.name, error) { throw error } }
                }
                if !settings.features.tensorsAreStated { tensors.formUnion(settings.features.tensors) }
            }
            for place in places {
                if made[place].settings.features.layers == nil { made[place].settings.features.layers = layers.sorted() }
                if !made[place].settings.features.tensorsAreStated { made[place].settings.features.tensors = tensors.sorted() }
            }
        }
        return made
    }

    private func settings(_ run: ComparisonRun) throws(PipelinesError) -> PipelineSettings {
        var tree = tree
        for overlay in [tasks.first { $0.name == run.task }?.tree, systems.first { $0.name == run.system }?.tree] {
            if let overlay { tree = tree.overlaid(with: overlay) }
        }
        if let overrides { tree = tree.overlaid(with: overrides) }
        let place = SettingPlace(file: pipeline)
        tree = tree.overlaid(with: .value(.scalar("\(run.seed)", place), at: ["seed"]))
        tree = tree.overlaid(with: .value(.scalar("\(run.task)-\(run.system.replacing("+", with: "_"))-\(run.seed)", place), at: ["name"]))
        let settings = try PipelineSettings(tree, file: pipeline, environment: environment)
        guard let distill = settings.distill else { throw .usage("\(pipeline): has no `distill` section, and a table compares students") }
        guard distill.stages.contains(where: \.weights.usesLogits) else {
            throw .usage("system '\(run.system)', task '\(run.task)': no stage has soft or hard losses, so its student's classifier would be random; give one of them a weight")
        }
        guard !distill.masksWords else {
            throw .usage("system '\(run.system)': a student of masked words has no classifier; let `student.from` name its pipeline, and tune it with `objective: hard`, or write `mlm: off`")
        }
        if let labels = settings.corpus?.descriptor.labelSet {
            let computed = Metric.computed(of: labels)
            if let wrong = tasks.first(where: { $0.name == run.task })?.metrics?.first(where: { !computed.contains($0) }) {
                throw .usage(
                    "task '\(run.task)': '\(wrong.rawValue)' cannot be computed of its labels; there are \(computed.map(\.rawValue).joined(separator: ", "))")
            }
        }
        guard !settings.evaluate.splits.isEmpty else { throw .usage("\(pipeline): evaluate.splits names no split for task '\(run.task)', and a table compares scores") }
        return settings
    }
}
