import BERT
import Files

extension TeacherSettings.Source {
    var isRandom: Bool { if case .random = self { true } else { false } }
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
        try readTraining(reader)
        seed = try reader.seed("seed") ?? seed
    }
}
