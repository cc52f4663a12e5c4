import Features
import Files

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
