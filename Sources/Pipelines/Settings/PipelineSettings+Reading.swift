import BERT
import Corpora
import Distillation
import Features
import Files

extension PipelineSettings {
    /// Reads a pipeline from a YAML file.
    ///
    /// - Parameters:
    ///   - overrides: assignments of `--set`, later ones over earlier ones.
    ///   - environment: what `${NAME}` may name.
    /// - Throws: `PipelinesError.setting` with file, line, column and key.
    public init(
        contentsOf path: String, overrides: [String] = [], environment: [String: String]
    ) throws(PipelinesError) {
        var tree = try SettingTree.read(path, environment: environment)
        if let options = try SettingTree.options(overrides, environment: environment) { tree = tree.overlaid(with: options) }
        try self.init(tree, file: path, environment: environment)
    }

    /// A pipeline from keys and values, as a command line gives them: `distill.epochs`, `3`.
    public init(
        _ values: [(key: String, value: String)], overrides: [String], environment: [String: String]
    ) throws(PipelinesError) {
        let place = SettingPlace(file: "command line")
        var tree = SettingTree.mapping([], place)
        for (key, value) in values {
            tree = tree.merged(with: .value(.scalar(value, place), at: key.split(separator: ".").map(String.init)))
        }
        if let options = try SettingTree.options(overrides, environment: environment) { tree = tree.overlaid(with: options) }
        try self.init(tree, file: "run", environment: environment)
    }

    /// - Parameter depth: how many pipelines go on from this one.
    package init(_ tree: SettingTree, file: String, environment: [String: String], depth: Int = 0) throws(PipelinesError) {
        let reader = try SettingReader(tree)
        let stem = file.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? "run"
        name = try reader.text("name") ?? stem
        guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9_.-]*/) != nil else {
            throw reader.error("name", "'\(name)' cannot name a folder; use letters, digits, '.', '_' and '-'")
        }
        seed = try reader.seed("seed") ?? 42
        let featureReader = try reader.section("features")
        features = try FeatureSettings(featureReader)
        let data = try CorpusData(reader)
        if data == nil, features.cache == nil {
            if reader.has("systems"), reader.has("tasks") { throw .yaml(file: file, problem: "it is a table of pipelines; run it by `limbeck compare`") }
            if reader.has("splits"), reader.has("columns") || reader.has("labels") {
                throw .yaml(file: file, problem: "it describes a corpus; name it in a pipeline: `corpus: { descriptor: \(file), path: FOLDER }`")
            }
            throw reader.missing("corpus")
        }
        (corpus, texts) = (data?.examples, data?.texts ?? [])
        let teacherReader = try reader.section("teacher")
        if teacherReader == nil, features.cache == nil { throw reader.missing("teacher") }
        teacher = try teacherReader.map { section throws(PipelinesError) in try TeacherSettings(section) }
        if let teacherReader, features.cache != nil, teacher?.finetune != nil || teacher?.source.isRandom == true {
            throw teacherReader.error("finetune", "has no use beside features.cache, whose teacher has been run already; leave it out")
        }
        augment = try reader.section("augment").map { section throws(PipelinesError) in try AugmentSettings(section) }
        if augment != nil, features.cache != nil || !texts.isEmpty {
            throw reader.error("augment", "replaces words of examples, and \(features.cache != nil ? "a cache has its own" : "there are texts without any"); leave it out")
        }
        mask = nil
        transfer = reader.has("transfer") ? try TextSource.list("transfer", in: reader) : []
        tokens = try TokenSettings(reader.section("tokens"), teacher: teacher, top: reader)
        student = try StudentSettings(reader.section("student")) { path throws(PipelinesError) in
            guard depth < 20 else { throw .yaml(file: path, problem: "'student.from' goes in a circle") }
            let tree = try SettingTree.read(path, environment: environment)
            return try PipelineSettings(tree, file: path, environment: environment, depth: depth + 1)
        }
        let distillReader = try reader.section("distill")
        distill = try distillReader.map { section throws(PipelinesError) in try DistillSettings(section) }
        if let section = try reader.section("baseline") {
            baseline = try DistillSettings(section, over: distill ?? DistillSettings(), from: distillReader?.layer(of: "objective"))
        }
        // The layers of a student choose those that are cached.
        if distill == nil, baseline == nil, !reader.has("features"), let section = try reader.section("student"), !section.isEmpty {
            throw reader.error("student", "has no use without `distill` or `baseline`; add one of them (`distill: {}` takes the defaults), or leave it out")
        }
        let readers = [distill, baseline].compactMap { $0 }.filter(\.readsTeacher)
        needsFeatures = reader.has("features") || !readers.isEmpty
        if features.cache != nil, distill == nil && baseline == nil {
            throw (featureReader ?? reader).error("cache", "is of no use without `distill`")
        }
        if distill != nil || baseline != nil, student.architecture.positions < tokens.maximumLength {
            throw reader.error(
                "student", "has \(student.architecture.positions) positions, and tokens.maxLength is \(tokens.maximumLength); raise the one or lower the other")
        }
        let evaluateReader = try reader.section("evaluate")
        evaluate = EvaluateSettings(splits: try evaluateReader?.texts("splits") ?? [])
        for split in evaluate.splits where texts.isEmpty && corpus?.descriptor.splits[split] == nil {
            throw (evaluateReader ?? reader).error(
                "splits",
                corpus.map { "the corpus has no split '\(split)'; it has \($0.descriptor.splits.keys.sorted().joined(separator: ", "))" }
                    ?? "there is no corpus to evaluate on; add a `corpus` section")
        }
        let keepers = [("teacher.finetune", teacher?.finetune?.keep), ("distill", distill?.keep), ("baseline", baseline?.keep)]
        if let (name, _) = keepers.first(where: { $0.1 == .best }), evaluate.splits.isEmpty {
            throw reader.error("evaluate", "names no split, and `\(name)` keeps the weights that are best on the first one; add `splits`, or leave `keep` out")
        }
        if let export = try reader.section("export") {
            exports = true
            guard distill != nil || baseline != nil else { throw reader.error("export", "has nothing to export; add a `distill` section") }
            if let format = try export.text("format"), format != "huggingface" {
                throw export.error("format", "'\(format)' is unknown; 'huggingface' is what can be exported")
            }
        } else {
            exports = false
        }
        canonical = tree.canonical
        let masked = try reader.section("mask").map { section throws(PipelinesError) in try MaskSettings(section) }
        try reader.close()
        mask = try masking(masked, reader, teacherReader)
        try checkTransfer(reader)
        if features.cache == nil { try takeTensors(featureReader) }
        if !texts.isEmpty { try refuseLabels(reader, teacherReader) }
        if let teacher, let teacherReader, teacher.source.isRandom && teacher.finetune == nil {
            throw teacherReader.error("finetune", "is missing; a teacher of random weights has to be trained first")
        }
    }
}

extension TokenSettings {
    init(_ reader: SettingReader?, teacher: TeacherSettings?, top: SettingReader) throws(PipelinesError) {
        var folder: String?
        if case .folder(let path)? = teacher?.source { folder = path }
        guard let vocabulary = try reader?.location("vocabulary") ?? folder else {
            throw (reader ?? top).error(reader == nil ? "tokens.vocabulary" : "vocabulary", "is missing; give a vocab.txt or a folder that has one")
        }
        self.init(
            vocabulary: vocabulary, maximumLength: try reader?.integer("maxLength", in: 3...65_535) ?? 128,
            shuffleSeed: try reader?.seed("shuffleSeed") ?? 0, lowercase: try reader?.boolean("lowercase"))
    }
}
