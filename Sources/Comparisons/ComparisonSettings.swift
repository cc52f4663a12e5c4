public import Pipelines
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
    /// The pipeline's file, and what it says with what is laid over it for all.
    let pipeline: String
    let tree: SettingTree
    let environment: [String: String]

    /// - Parameters:
    ///   - overrides: assignments of `--set`, laid over the settings of every system.
    ///   - environment: what `${NAME}` may name; nil leaves it unread, where no pipeline is going to be made.
    public init(contentsOf path: String, overrides: [String] = [], environment: [String: String]?) throws(PipelinesError) {
        let reader = try SettingReader(try SettingTree.read(path, environment: environment))
        let stem = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "table"
        name = try reader.text("name") ?? stem
        guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.-]*/) != nil else {
            throw reader.error("name", "'\(name)' cannot name a folder; use letters, digits, '.', '_' and '-'")
        }
        title = try reader.text("title") ?? name
        guard let base = try reader.location("pipeline") else {
            if reader.has("corpus") || reader.has("distill") { throw .yaml(file: path, problem: "it is a pipeline, not a table of them; run it by `limbeck run`") }
            throw reader.missing("pipeline")
        }
        pipeline = base
        var tree = try SettingTree.read(base, environment: environment)
        try Self.refuseSeed(reader)
        if let common = reader.tree("set") { tree = tree.overlaid(with: common) }
        (_, tree) = tree.removing("baseline")
        (_, tree) = tree.removing("export")
        self.tree = tree
        self.overrides = try SettingTree.options(overrides, environment: environment)
        if self.overrides?.value(at: ["seed"]) != nil { throw .usage("--set seed: the table names its seeds; change `seeds` there") }
        self.environment = environment ?? [:]
        tasks = try Self.named("tasks", reader) { name, section throws(PipelinesError) in
            var metrics: [Metric]?
            if let words = try section.texts("metrics") {
                metrics = []
                for word in words {
                    guard let metric = Metric(rawValue: word) else { throw section.unknown("metrics", word, Metric.allCases.map(\.rawValue)) }
                    guard metrics?.contains(metric) == false else { throw section.error("metrics", "'\(word)' stands twice") }
                    metrics?.append(metric)
                }
                guard metrics?.isEmpty == false else { throw section.error("metrics", "name at least one") }
            }
            return Task(name: name, title: try section.text("title") ?? name, tree: section.tree("set"), metrics: metrics, seeds: try Self.seeds("seeds", section))
        }
        seeds = try Self.seeds("seeds", reader) ?? [42]
        systems = try Self.named("systems", reader) { name, section throws(PipelinesError) in
            if [FinishedRow.teacher, FinishedRow.constant, FinishedRow.labels].contains(name) {
                throw .setting(place: section.place.description, key: section.path, problem: "'\(name)' is the name of a row that every table has; give the system another")
            }
            return System(
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
            if let contrast = contrasts.last, contrast.system == contrast.against { throw section.error("against", "'\(contrast.against)' is the system itself") }
        }
        self.contrasts = contrasts
        if let hard { try Self.check([hard], systems.map(\.name), "hard", reader) }
        if let section = try reader.section("systems") {
            for system in systems { try Self.check(system.tasks ?? [], tasks.map(\.name), "tasks", try section.section(system.name) ?? section) }
        }
        try reader.close()
    }

    let overrides: SettingTree?

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
}

/// One student of a table.
struct ComparisonRun: Sendable, Equatable {
    var task, system: String
    var seed: UInt64
}
