import Distillation
import Features
import Training

/// A table to be made, as its YAML file says it: systems, tasks and seeds over one pipeline.
public struct ComparisonSettings: Sendable {
    struct Task: Sendable {
        var name, title: String
        var tree: SettingTree?
        /// Whose mean is its score; nil for those that GLUE names.
        var metrics: [Metric]?
        /// Nil for those of the table.
        var seeds: [UInt64]?
    }

    /// A row of the table.
    struct System: Sendable {
        var name, title: String
        var tree: SettingTree?
        /// Nil for all.
        var tasks: [String]?
        var seeds: [UInt64]?
    }

    /// Whether one system does better than another: named before the table is run.
    struct Contrast: Sendable {
        var system, against: String
        /// Nil for all that both have.
        var tasks: [String]?
        /// Why it is asked.
        var question: String?
    }

    /// How the metrics of tasks make one number.
    enum Average: String, CaseIterable, Codable {
        /// Pairs of metrics, and of splits, are averaged in their task.
        case glue
        /// A column a split, one metric each: F1 for MRPC and QQP, Spearman's correlation for STS-B.
        case paper
    }

    public let name: String
    let title: String
    let tasks: [Task]
    let systems: [System]
    let seeds: [UInt64]
    /// The system that is the student without a teacher.
    let hard: String?
    let contrasts: [Contrast]
    let average: Average
    let resamples: Int
    private let pipeline: String
    private let tree: SettingTree
    private let environment: [String: String]

    /// - Parameter overrides: assignments of `--set`, laid over the settings of every system.
    public init(contentsOf path: String, overrides: [String] = [], environment: [String: String]) throws(PipelinesError) {
        let reader = try SettingReader(try SettingTree.read(path, environment: environment))
        let stem = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "table"
        name = try reader.text("name") ?? stem
        guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.-]*/) != nil else {
            throw reader.error("name", "'\(name)' cannot name a folder; use letters, digits, '.', '_' and '-'")
        }
        title = try reader.text("title") ?? name
        guard let base = try reader.location("pipeline") else { throw reader.missing("pipeline") }
        pipeline = base
        var tree = try SettingTree.read(base, environment: environment)
        try Self.refuseSeed(reader)
        if let common = reader.tree("set") { tree = tree.overlaid(with: common) }
        (_, tree) = tree.removing("baseline")
        (_, tree) = tree.removing("export")
        self.tree = tree
        self.overrides = try SettingTree.options(overrides, environment: environment)
        if self.overrides?.value(at: ["seed"]) != nil { throw .usage("--set seed: the table names its seeds; change `seeds` there") }
        self.environment = environment
        tasks = try Self.named("tasks", reader) { name, section throws(PipelinesError) in
            var metrics: [Metric]?
            if let words = try section.texts("metrics") {
                metrics = []
                for word in words {
                    let known = Metric.allCases.filter { $0 != .entityF1 }
                    guard let metric = Metric(rawValue: word), known.contains(metric) else { throw section.unknown("metrics", word, known.map(\.rawValue)) }
                    guard metrics?.contains(metric) == false else { throw section.error("metrics", "'\(word)' stands twice") }
                    metrics?.append(metric)
                }
                guard metrics?.isEmpty == false else { throw section.error("metrics", "name at least one") }
            }
            return Task(name: name, title: try section.text("title") ?? name, tree: section.tree("set"), metrics: metrics, seeds: try Self.seeds("seeds", section))
        }
        seeds = try Self.seeds("seeds", reader) ?? [42]
        systems = try Self.named("systems", reader) { name, section throws(PipelinesError) in
            System(
                name: name, title: try section.text("title") ?? name, tree: section.tree("set"), tasks: try section.texts("tasks"),
                seeds: try Self.seeds("seeds", section))
        }
        hard = try reader.text("hard")
        average = try reader.choice("average", Average.self) ?? .glue
        resamples = try reader.integer("resamples", in: 100...1_000_000) ?? 2000
        var contrasts: [Contrast] = []
        for section in try reader.list("contrasts") ?? [] {
            contrasts.append(
                Contrast(
                    system: try section.requiredText("system"), against: try section.requiredText("against"),
                    tasks: try section.texts("tasks"), question: try section.text("question")))
            for key in ["system", "against"] { try Self.check([section.text(key)].compactMap { $0 }, systems.map(\.name), key, section) }
            try Self.check(contrasts.last?.tasks ?? [], tasks.map(\.name), "tasks", section)
        }
        self.contrasts = contrasts
        if let hard { try Self.check([hard], systems.map(\.name), "hard", reader) }
        if let section = try reader.section("systems") {
            for system in systems { try Self.check(system.tasks ?? [], tasks.map(\.name), "tasks", try section.section(system.name) ?? section) }
        }
        try reader.close()
    }

    private let overrides: SettingTree?

    private static func check(_ words: [String], _ known: [String], _ key: String, _ reader: SettingReader) throws(PipelinesError) {
        for word in words where !known.contains(word) { throw reader.unknown(key, word, known) }
    }

    /// The mappings under a key whose names the user chooses.
    private static func named<Value>(
        _ key: String, _ reader: SettingReader, _ make: (String, SettingReader) throws(PipelinesError) -> Value
    ) throws(PipelinesError) -> [Value] {
        guard let section = try reader.section(key) else { throw reader.missing(key) }
        var values: [Value] = []
        for name in section.keys() {
            guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.+-]*/) != nil else {
                throw section.error(name, "cannot name a row; use letters, digits, '.', '_', '+' and '-', and `title` for how it is shown")
            }
            guard let entry = try section.section(name) else { continue }
            try refuseSeed(entry)
            values.append(try make(name, entry))
        }
        guard !values.isEmpty else { throw reader.error(key, "name at least one") }
        return values
    }

    private static func refuseSeed(_ reader: SettingReader) throws(PipelinesError) {
        guard let seed = reader.tree("set")?.value(at: ["seed"]) else { return }
        throw .setting(place: seed.place.description, key: reader.path("set.seed"), problem: "has no effect in a table, which names its `seeds`; leave it out")
    }

    private static func seeds(_ key: String, _ reader: SettingReader) throws(PipelinesError) -> [UInt64]? {
        guard let texts = try reader.texts(key) else { return nil }
        var seeds: [UInt64] = []
        for text in texts {
            guard let seed = UInt64(text), !seeds.contains(seed) else { throw reader.error(key, "'\(text)' is not a seed, or stands twice") }
            seeds.append(seed)
        }
        guard !seeds.isEmpty else { throw reader.error(key, "name at least one") }
        return seeds
    }

    /// The name of the corpus that a task has, as far as the table and its pipeline say it.
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
    func pipelines() throws(PipelinesError) -> [(run: ComparisonRun, settings: PipelineSettings)] {
        var made: [(run: ComparisonRun, settings: PipelineSettings)] = []
        for run in runs { made.append((run, try settings(run))) }
        for task in tasks {
            let places = made.indices.filter { made[$0].run.task == task.name && made[$0].settings.needsFeatures && made[$0].settings.features.cache == nil }
            var (layers, tensors): (Set<Int>, Set<Tensor>) = ([], [])
            for place in places {
                let settings = made[place].settings
                if settings.features.layers == nil { layers.formUnion(try settings.cachedLayers()) }
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
        guard !settings.evaluate.splits.isEmpty else { throw .usage("\(pipeline): evaluate.splits names no split for task '\(run.task)', and a table compares scores") }
        return settings
    }
}

/// One student of a table.
struct ComparisonRun: Sendable, Equatable {
    var task, system: String
    var seed: UInt64
}
