import Distillation

/// Layers of the teacher as a section names them: `uniform`, or a list with one for each student layer.
struct LayerMapSetting: Sendable {
    /// Nil for `uniform`, or where nothing is said.
    var stated: [Int]?
    /// Whether the word stands there: then a list of cached layers is no map.
    var isUniform = false

    mutating func read(_ reader: SettingReader, _ key: String = "layers") throws(PipelinesError) {
        if case .scalar(let word, _) = reader.tree(key) {
            guard word == "uniform" else { throw reader.error(key, "'\(word)' is unknown; give 'uniform' or a list of numbers") }
            (stated, isUniform) = (nil, true)
        } else if let numbers = try reader.layers(key) {
            (stated, isUniform) = (numbers, false)
        }
    }

    /// In fixed words, for a fingerprint; what `uniform` resolves to stands beside it there.
    var canonical: String { "layers=" + (stated.map { $0.map(String.init).joined(separator: ",") } ?? "uniform") }
}

extension SettingReader {
    /// A list of a teacher's layers, counted from 1.
    func layers(_ key: String) throws(PipelinesError) -> [Int]? {
        guard let texts = try texts(key) else { return nil }
        var layers: [Int] = []
        for text in texts {
            guard let layer = Int(text), layer > 0 else { throw error(key, "'\(text)' is not the number of a layer, from 1 on") }
            layers.append(layer)
        }
        guard !layers.isEmpty else { throw error(key, "name at least one layer") }
        return layers
    }
}
