import Files
import Kernels
import Synchronization

/// A Hugging Face folder whose tensors have been looked up, and not been read yet: what can be told of a model at no cost.
public struct Checkpoint: Sendable {
    /// With what the tensors say of its head.
    public let configuration: BERTConfiguration
    public let hasPooler, hasClassifier: Bool
    let layout: ParameterLayout
    private let file: SafetensorsFile
    private let parts: [(entry: ParameterLayout.Entry, name: String, tensor: SafetensorsFile.Tensor)]

    /// Tensors that a checkpoint may carry and that no part here uses.
    private static func isIgnored(_ name: String) -> Bool {
        ["embeddings.position_ids", "bert.embeddings.position_ids"].contains(name) || name.hasPrefix("cls.predictions.") || name.hasPrefix("cls.seq_relationship.")
    }

    /// - Throws: `BERTError`, naming tensor and file, where one is missing, has another shape, or is not known.
    public init(folder: String) throws(BERTError) {
        let configuration = try BERTConfiguration(folder: folder)
        let path = folder + "/model.safetensors"
        guard Folder.exists(path) else {
            let others = ["pytorch_model.bin", "model.safetensors.index.json", "tf_model.h5", "flax_model.msgpack"]
            throw .missingWeights(folder: folder, found: others.first { Folder.exists(folder + "/" + $0) })
        }
        file = try SafetensorsFile(path)
        var sources: [String: String] = [:]
        for name in file.tensors.keys.sorted() where !Self.isIgnored(name) {
            // Checkpoints converted from TensorFlow call gain and offset gamma and beta.
            let modern = name.replacing(suffix: "LayerNorm.gamma", with: "LayerNorm.weight")
                .replacing(suffix: "LayerNorm.beta", with: "LayerNorm.bias")
            let isHead = modern.hasPrefix("classifier.")
            let full = isHead || modern.hasPrefix("bert.") ? modern : "bert." + modern
            guard sources.updateValue(name, forKey: full) == nil else {
                throw .unexpectedTensors(file: path, names: [name])
            }
        }
        // Half a head is a head whose other half is missing.
        func has(_ part: String) -> Bool { sources[part + ".weight"] != nil || sources[part + ".bias"] != nil }
        (hasPooler, hasClassifier) = (has("bert.pooler.dense"), has("classifier"))
        var resolved = configuration
        if hasClassifier, let tensor = file.tensors["classifier.weight"], let rows = tensor.shape.first {
            guard rows > 0 else {
                throw .wrongShape(file: path, tensor: "classifier.weight", expected: [max(1, resolved.logitCount), resolved.hiddenSize], found: tensor.shape)
            }
            if rows == 1 && resolved.labelNames.count <= 1 {
                resolved.isRegression = true
                resolved.labelNames = []
            } else if resolved.labelNames.isEmpty && !resolved.isRegression && rows < 1 << 20 {
                // transformers leaves id2label out of config.json where it has the default two names.
                resolved.labelNames = (0..<rows).map { "LABEL_\($0)" }
            }
        }
        if !hasClassifier { resolved.classifiesTokens = false }
        layout = ParameterLayout(resolved, hasPooler: hasPooler, hasClassifier: hasClassifier)
        let known = Set(layout.entries.map(\.name))
        let missing = layout.entries.map(\.name).filter { sources[$0] == nil }
        guard missing.isEmpty else { throw .missingTensors(file: path, names: missing) }
        let extra = sources.keys.filter { !known.contains($0) }.sorted()
        guard extra.isEmpty else { throw .unexpectedTensors(file: path, names: extra.compactMap { sources[$0] }) }
        var found: [(entry: ParameterLayout.Entry, name: String, tensor: SafetensorsFile.Tensor)] = []
        for entry in layout.entries {
            guard let name = sources[entry.name], let tensor = file.tensors[name] else { continue }
            guard tensor.shape == entry.shape else {
                throw .wrongShape(file: path, tensor: name, expected: entry.shape, found: tensor.shape)
            }
            found.append((entry, name, tensor))
        }
        (self.configuration, parts) = (resolved, found)
    }

    /// Reads the weights, each to where it stands in the layout.
    func load(on workers: Workers) throws(BERTError) -> Parameters {
        let (weights, parts, file) = (Parameters(layout: layout, isZero: false), parts, file)
        let problems = Mutex([BERTError?](repeating: nil, count: parts.count))
        workers.run(parts.count) { index in
            let (entry, name, tensor) = parts[index]
            do throws(BERTError) { try file.read(name, tensor, into: weights.matrix(entry)) } catch { problems.withLock { $0[index] = error } }
        }
        if let problem = problems.withLock({ $0.compactMap(\.self).first }) { throw problem }
        return weights
    }
}

extension String {
    fileprivate func replacing(suffix: String, with other: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
    }
}
