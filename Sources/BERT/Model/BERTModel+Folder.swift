import Files
public import Kernels

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
    /// Loads a Hugging Face folder: `config.json` and `model.safetensors`, in fp32, fp16 or bf16, with names that begin
    /// with `bert.` or not, with or without pooler and classifier. The file is mapped, and copied once to where query, key and
    /// value stand together.
    ///
    /// - Throws: `BERTError`, naming the tensor and the file; every extra tensor that is not known is an error, since a
    ///   part of the model would silently be lost.
    public init(folder: String, on workers: Workers = .one) throws(BERTError) {
        let checkpoint = try Checkpoint(folder: folder)
        self.init(configuration: checkpoint.configuration, weights: try checkpoint.load(on: workers))
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
