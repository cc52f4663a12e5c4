import Corpora
import Distillation
import Files
import Wikitext

extension TextSource {
    private static let ofDumps = [
        "acceptDamage", "captions", "code", "disambiguations", "language", "math", "minBytes", "namespaces", "tables", "variants",
    ]
    private static let ofDescriptors = ["descriptor", "path", "rejects", "split"]

    /// A list of texts.
    static func list(_ key: String, in top: SettingReader) throws(PipelinesError) -> [TextSource] {
        let sections = try top.list(key) ?? []
        guard !sections.isEmpty else { throw top.error(key, "is empty; name a dump or a descriptor") }
        return try sections.map { section throws(PipelinesError) in try TextSource(section) }
    }

    init(_ reader: SettingReader) throws(PipelinesError) {
        guard reader.has("wikipedia") else {
            let corpus = try CorpusSettings(reader)
            let split = try reader.text("split") ?? "train"
            guard corpus.descriptor.splits[split] != nil else {
                throw reader.error("split", "the corpus has no split '\(split)'; it has \(corpus.descriptor.splits.keys.sorted().joined(separator: ", "))")
            }
            self = .corpus(corpus, split: split)
            return
        }
        try reader.refuse(Self.ofDescriptors, "has no effect beside 'wikipedia'; for both, make `corpus` a list")
        guard let path = try reader.location("wikipedia") else { throw reader.error("wikipedia", "is missing") }
        guard !Folder.isFolder(path) else { throw reader.error("wikipedia", "'\(path)' is a folder; give a dump, .xml or .xml.bz2") }
        self = .wikipedia(
            DumpSettings(path: path, options: try WikipediaOptions(reader), acceptsDamage: try reader.boolean("acceptDamage") ?? false))
    }

    /// Refuses what only dumps have.
    static func refuseDumps(_ reader: SettingReader) throws(PipelinesError) {
        _ = reader.has("wikipedia")
        try reader.refuse(ofDumps, "has no effect beside 'descriptor'; leave it out")
    }
}

extension WikipediaOptions {
    init(_ reader: SettingReader) throws(PipelinesError) {
        self.init()
        if let texts = try reader.texts("namespaces") {
            namespaces = []
            for text in texts {
                guard let number = Int(text) else { throw reader.error("namespaces", "'\(text)' is not the number of a namespace") }
                namespaces.insert(number)
            }
            guard !namespaces.isEmpty else { throw reader.error("namespaces", "is empty; 0 holds articles") }
        }
        language = try reader.text("language")
        minimumBytes = try reader.integer("minBytes", in: 1...1_000_000_000) ?? minimumBytes
        keepsDisambiguations = try reader.boolean("disambiguations") ?? keepsDisambiguations
        wikitext.captions = try reader.boolean("captions") ?? wikitext.captions
        wikitext.tables = try reader.boolean("tables") ?? wikitext.tables
        wikitext.math = try reader.boolean("math") ?? wikitext.math
        wikitext.code = try reader.boolean("code") ?? wikitext.code
        wikitext.variants = try reader.texts("variants") ?? wikitext.variants
    }
}

extension CorpusSettings {
    init(_ reader: SettingReader) throws(PipelinesError) {
        try TextSource.refuseDumps(reader)
        let name = try reader.requiredText("descriptor")
        let place = reader.tree("descriptor")?.place ?? reader.place
        let found = try CorpusDescriptor.find(name, error: { reader.error("descriptor", $0) }) { name in
            [relative(name, to: place.file), name].first(where: Folder.exists)
        }
        descriptor = found.descriptor
        path = try reader.location("path") ?? found.folder ?? ""
        guard !path.isEmpty else { throw reader.error("path", "is missing; give the folder that holds the files of '\(name)'") }
        guard Folder.isFolder(path) else { throw reader.error("path", "there is no folder '\(path)'") }
        rejectLimit = try reader.integer("rejects", in: 0...1_000_000_000) ?? 100
    }
}

extension PipelineSettings {
    /// Refuses what needs labels.
    func refuseLabels(_ reader: SettingReader, _ teacher: SettingReader?) throws(PipelinesError) {
        if self.teacher?.finetune != nil { throw (teacher ?? reader).error("finetune", "needs labels, and the corpus is texts without any; leave it out") }
        if let split = evaluate.splits.first { throw reader.error("evaluate", "split '\(split)' has no labels, as the corpus is texts; leave it out") }
        for (name, section) in students where !section.masksWords {
            if !section.readsTeacher { throw reader.error(name, "objective '\(section.objective.name)' needs labels, and the corpus is texts without any") }
            // The soft loss would compare the classes of a task that the texts are none of.
            if section.stages.contains(where: \.weights.usesLogits) {
                throw reader.error(name, "a stage has soft or hard losses, and the corpus is texts without labels; write `stages: [{ share: 1, contrastive: 1 }]`")
            }
        }
    }
}
