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
    init(_ tree: SettingTree, file: String, environment: [String: String], depth: Int = 0) throws(PipelinesError) {
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
        if data == nil, features.cache == nil { throw reader.missing("corpus") }
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

extension PipelineSettings {
    /// How words are masked, where an objective learns from them.
    ///
    /// - Throws: where a section of it has no use, or where no teacher could say what stood there.
    private func masking(_ section: MaskSettings?, _ reader: SettingReader, _ teacherReader: SettingReader?) throws(PipelinesError) -> MaskSettings? {
        let kinds = students.map(\.settings.objective.masksWords)
        guard kinds.contains(true) else {
            if section != nil { throw reader.error("mask", "has no effect without `distill: { objective: distilbert, mlm: on }`; leave it out") }
            return nil
        }
        guard !kinds.contains(false) else {
            throw reader.error("baseline", "and `distill` read different texts: one of them learns from masked words, and the other does not; make two pipelines of it")
        }
        if students.count == 2, students[0].settings.temperature != students[1].settings.temperature {
            throw reader.error("baseline", "has another temperature than `distill`, and words are drawn at one")
        }
        if features.cache != nil {
            if section != nil { throw reader.error("mask", "has no effect beside features.cache, whose words have been masked already; leave it out") }
            return nil
        }
        if let teacher, let teacherReader {
            if teacher.finetune != nil || teacher.source.isRandom {
                throw teacherReader.error(
                    "finetune", "drops the head of a masked language model, which objective 'distilbert' learns from; leave it out, or write `mlm: off`")
            }
            if case .folder(let folder) = teacher.source {
                let has = try lift(PipelinesError.model) { () throws(BERTError) in try MaskedLanguageHead.exists(in: folder) }
                if !has { throw teacherReader.error("model", Pipeline.headlessProblem(folder)) }
            }
        }
        return section ?? MaskSettings()
    }

    /// Refuses a transfer set that no stage uses, or that stands where none can, and stages that use one that does not stand.
    private func checkTransfer(_ reader: SettingReader) throws(PipelinesError) {
        let using = students.filter { $0.settings.usesTransfer }
        guard !transfer.isEmpty else {
            if let (name, _) = using.first { throw reader.error(name, "has a stage of a transfer set, which is missing; add `transfer: [...]`") }
            return
        }
        guard corpus != nil, features.cache == nil, mask == nil else {
            throw reader.error(
                "transfer", "stands beside a corpus of examples, and here "
                    + (mask != nil ? "words are masked" : features.cache != nil ? "a cache stands for it" : "are texts alone, to which it can be added") + "; leave it out")
        }
        guard !using.isEmpty else {
            throw reader.error("transfer", "is used by no stage; write `distill: { stages: [{ share: 0.8, states: 1, on: transfer }, ...] }`")
        }
    }

    /// How words are drawn of what the teacher says.
    var wordSampling: WordSampling? {
        guard let mask, let student = students.first else { return nil }
        return WordSampling(draws: mask.draws, temperature: student.settings.temperature, seed: mask.seed)
    }

    /// Caches what the objectives read, or refuses a list of tensors that leaves some of it out.
    private mutating func takeTensors(_ reader: SettingReader?) throws(PipelinesError) {
        if mask != nil, !features.tensorsAreStated { features.tensors = [] }
        for (name, section) in students where section.readsTeacher {
            for (tensor, reason) in section.tensors where !features.tensors.contains(where: tensor.alternatives.contains) {
                if let reader, reader.has("tensors") {
                    throw reader.error("tensors", "leave out '\(tensor.rawValue)', which `\(name)` needs (\(reason)); add it")
                }
                features.tensors = (features.tensors + [tensor]).sorted()
            }
        }
    }
}

extension TeacherSettings.Source {
    var isRandom: Bool { if case .random = self { true } else { false } }
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

extension Architecture {
    init(_ reader: SettingReader) throws(PipelinesError) {
        func required(_ key: String, _ limit: Int) throws(PipelinesError) -> Int {
            guard let value = try reader.integer(key, in: 1...limit) else { throw reader.error(key, "is missing") }
            return value
        }
        layers = try required("layers", 256)
        hidden = try required("hidden", 1 << 16)
        intermediate = try required("intermediate", 1 << 18)
        heads = try required("heads", 1 << 10)
        positions = try reader.integer("positions", in: 3...65_536) ?? 512
        dropout = Float(try reader.number("dropout", in: 0...0.9) ?? 0.1)
        guard hidden % heads == 0 else { throw reader.error("heads", "\(heads) does not divide hidden, \(hidden)") }
    }
}

extension TeacherSettings {
    init(_ reader: SettingReader) throws(PipelinesError) {
        if let section = try reader.section("architecture") {
            source = .random(try Architecture(section))
            guard !reader.has("model") else { throw reader.error("model", "stands beside 'architecture'; give one of them") }
        } else {
            guard let folder = try reader.location("model") else { throw reader.error("model", "is missing; give the folder of a teacher, or an 'architecture'") }
            guard Folder.isFolder(folder) else { throw reader.error("model", "'\(folder)' is a file; give the folder of a Hugging Face BERT") }
            source = .folder(folder)
        }
        finetune = try reader.section("finetune").map { section throws(PipelinesError) in try FinetuneSettings(section) }
        labels = try reader.texts("labels")
        if labels != nil, finetune != nil {
            throw reader.error("labels", "has no effect beside `finetune`, which names the classes as the corpus does; leave one of them out")
        }
    }
}

extension FinetuneSettings {
    init(_ reader: SettingReader) throws(PipelinesError) {
        self.init()
        epochs = try reader.integer("epochs", in: 1...100_000) ?? epochs
        batchSize = try reader.integer("batchSize", in: 1...4096) ?? batchSize
        learningRate = try reader.number("learningRate", in: 0...10) ?? learningRate
        warmup = try reader.number("warmup", in: 0...1) ?? warmup
        weightDecay = try reader.number("weightDecay", in: 0...10) ?? weightDecay
        clip = try reader.number("clip", in: 1e-6...1e6) ?? clip
        seed = try reader.seed("seed") ?? seed
        checkpointSteps = try reader.integer("checkpointSteps", in: 1...1_000_000_000) ?? checkpointSteps
        keep = try reader.choice("keep", KeptWeights.self) ?? keep
    }
}

extension FeatureSettings {
    init(_ reader: SettingReader?) throws(PipelinesError) {
        self.init()
        guard let reader else { return }
        var map = LayerMapSetting()
        try map.read(reader)
        layers = map.stated
        if let words = try reader.texts("tensors") {
            tensors = []
            for word in words {
                guard let tensor = Tensor(rawValue: word) else {
                    throw reader.error("tensors", "'\(word)' is unknown; give \(Tensor.allCases.map(\.rawValue).joined(separator: ", "))")
                }
                tensors.append(tensor)
            }
            guard !tensors.isEmpty else { throw reader.error("tensors", "name at least one of \(Tensor.allCases.map(\.rawValue).joined(separator: ", "))") }
            tensors = Array(Set(tensors)).sorted()
            tensorsAreStated = true
        }
        precision = try reader.choice("precision", Precision.self) ?? precision
        shardMebibytes = try reader.integer("shardMebibytes", in: 1...1024) ?? shardMebibytes
        cache = try reader.location("cache")
        if let cache {
            guard Folder.isFolder(cache) else { throw reader.error("cache", "there is no folder '\(cache)'") }
            for key in ["tensors", "precision", "shardMebibytes"] where reader.has(key) {
                throw reader.error(key, "has no effect beside 'cache', which has been filled already; leave it out")
            }
        }
    }
}
