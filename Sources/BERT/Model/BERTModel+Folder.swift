import Files
public import Kernels
import Synchronization

extension BERTConfiguration {
    /// Reads `config.json` of a folder.
    public init(folder: String) throws(BERTError) {
        let file = folder + "/config.json"
        let bytes: [UInt8]
        do throws(FilesError) { bytes = try Folder.contents(file) } catch { throw .files(error) }
        try self.init(json: bytes, file: file)
    }
}

extension BERTModel {
    /// Tensors that a checkpoint may carry and that no part here uses.
    private static func isIgnored(_ name: String) -> Bool {
        ["embeddings.position_ids", "bert.embeddings.position_ids"].contains(name) || name.hasPrefix("cls.predictions.") || name.hasPrefix("cls.seq_relationship.")
    }

    /// Loads a Hugging Face folder: `config.json` and `model.safetensors`, in fp32, fp16 or bf16, with names that begin
    /// with `bert.` or not, with or without pooler and classifier. The file is mapped, and copied once to where query, key and
    /// value stand together.
    ///
    /// - Throws: `BERTError`, naming the tensor and the file; every extra tensor that is not known is an error, since a
    ///   part of the model would silently be lost.
    public init(folder: String, on workers: Workers = .one) throws(BERTError) {
        let configuration = try BERTConfiguration(folder: folder)
        let path = folder + "/model.safetensors"
        guard Folder.exists(path) else {
            let others = ["pytorch_model.bin", "model.safetensors.index.json", "tf_model.h5", "flax_model.msgpack"]
            throw .missingWeights(folder: folder, found: others.first { Folder.exists(folder + "/" + $0) })
        }
        let file = try SafetensorsFile(path)
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
        let (hasPooler, hasClassifier) = (has("bert.pooler.dense"), has("classifier"))
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
        let layout = ParameterLayout(resolved, hasPooler: hasPooler, hasClassifier: hasClassifier)
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
        let (weights, parts) = (Parameters(layout: layout, isZero: false), found)
        let problems = Mutex([BERTError?](repeating: nil, count: parts.count))
        workers.run(parts.count) { index in
            let (entry, name, tensor) = parts[index]
            do throws(BERTError) { try file.read(name, tensor, into: weights.matrix(entry)) } catch { problems.withLock { $0[index] = error } }
        }
        if let problem = problems.withLock({ $0.compactMap(\.self).first }) { throw problem }
        self.init(configuration: resolved, weights: weights)
    }

    /// The class of transformers that reads it whole.
    private var architecture: String {
        if configuration.predictsWords { return "BertForMaskedLM" }
        if !hasClassifier { return "BertModel" }
        return configuration.classifiesTokens ? "BertForTokenClassification" : "BertForSequenceClassification"
    }

    /// Writes `config.json` and `model.safetensors` as `transformers` loads them.
    public func save(folder: String) throws(BERTError) {
        do {
            try Folder.create(folder)
            try AtomicFile.write(configuration.json(architecture: architecture), to: folder + "/config.json")
        } catch { throw .files(error) }
        var writer = SafetensorsWriter()
        // Projections and other parts of training that share the arena stay behind.
        let layout = ParameterLayout(configuration, hasPooler: hasPooler, hasClassifier: hasClassifier)
        for entry in layout.entries {
            guard let matrix = weights[entry.name] else { continue }
            let name = hasClassifier || configuration.predictsWords ? entry.name : String(entry.name.dropFirst("bert.".count))
            writer.append(name, shape: entry.shape, matrix)
        }
        try writer.write(to: folder + "/model.safetensors")
    }
}

extension String {
    fileprivate func replacing(suffix: String, with other: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) + other : self
    }
}
