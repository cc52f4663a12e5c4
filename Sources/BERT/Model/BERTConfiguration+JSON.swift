import FoundationEssentials

extension BERTConfiguration {
    /// Reads a Hugging Face `config.json`.
    ///
    /// - Throws: `BERTError.configuration` where the JSON is bad, a key is missing, or the model is not one that this
    ///   encoder computes (another activation, relative positions, another architecture).
    public init(json: [UInt8], file: String) throws(BERTError) {
        let raw: RawConfiguration
        do {
            raw = try JSONDecoder().decode(RawConfiguration.self, from: Data(json))
        } catch let DecodingError.keyNotFound(key, _) {
            throw .configuration(file: file, problem: "the key '\(key.stringValue)' is missing")
        } catch let DecodingError.typeMismatch(type, context) {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .configuration(file: file, problem: "'\(key)' is not of type \(type)")
        } catch let DecodingError.valueNotFound(_, context) {
            let key = context.codingPath.map(\.stringValue).joined(separator: ".")
            throw .configuration(file: file, problem: "'\(key)' is null")
        } catch {
            throw .configuration(file: file, problem: "it is not valid JSON, or a size in it is no whole number")
        }
        func refuse(_ problem: String) -> BERTError { .configuration(file: file, problem: problem) }
        if let type = raw.model_type, type != "bert" { throw refuse("model_type is '\(type)'; only 'bert' is read") }
        let activation = raw.hidden_act ?? "gelu"
        guard activation == "gelu" else {
            throw refuse("hidden_act is '\(activation)'; only 'gelu' (the exact erf form) is computed")
        }
        let positions = raw.position_embedding_type ?? "absolute"
        guard positions == "absolute" else {
            throw refuse("position_embedding_type is '\(positions)'; only 'absolute' is computed")
        }
        if raw.problem_type == "multi_label_classification" {
            throw refuse("problem_type is 'multi_label_classification'; one label an example, or a score, is what is computed")
        }
        if raw.is_decoder == true { throw refuse("is_decoder is true; only encoders are computed") }
        for (key, value) in [
            ("vocab_size", raw.vocab_size), ("hidden_size", raw.hidden_size),
            ("num_hidden_layers", raw.num_hidden_layers), ("num_attention_heads", raw.num_attention_heads),
            ("intermediate_size", raw.intermediate_size), ("max_position_embeddings", raw.max_position_embeddings),
        ] where value <= 0 || value > 1 << 24 {
            throw refuse("\(key) is \(value), which no model has")
        }
        guard raw.num_hidden_layers <= 1 << 10 else {
            throw refuse("num_hidden_layers is \(raw.num_hidden_layers), which no model has")
        }
        guard raw.hidden_size % raw.num_attention_heads == 0 else {
            throw refuse("hidden_size \(raw.hidden_size) is no multiple of num_attention_heads \(raw.num_attention_heads)")
        }
        self.init(
            vocabularySize: raw.vocab_size, hiddenSize: raw.hidden_size, layerCount: raw.num_hidden_layers,
            headCount: raw.num_attention_heads, intermediateSize: raw.intermediate_size,
            maximumPositions: raw.max_position_embeddings, typeCount: raw.type_vocab_size ?? 2,
            layerNormEpsilon: raw.layer_norm_eps ?? 1e-12, hiddenDropout: raw.hidden_dropout_prob ?? 0.1,
            attentionDropout: raw.attention_probs_dropout_prob ?? 0.1, classifierDropout: raw.classifier_dropout,
            initializerRange: raw.initializer_range ?? 0.02)
        for (key, rate) in [
            ("hidden_dropout_prob", hiddenDropout), ("attention_probs_dropout_prob", attentionDropout),
            ("classifier_dropout", classifierDropout ?? 0),
        ]
        where !(rate >= 0 && rate < 1) {
            throw refuse("\(key) is \(rate), not a rate of at least 0 and below 1")
        }
        guard layerNormEpsilon > 0, layerNormEpsilon < 1 else { throw refuse("layer_norm_eps is \(layerNormEpsilon)") }
        guard initializerRange >= 0, initializerRange.isFinite else {
            throw refuse("initializer_range is \(initializerRange)")
        }
        guard typeCount > 0, typeCount < 1 << 16 else { throw refuse("type_vocab_size is \(typeCount)") }
        if let names = raw.id2label {
            let pairs = names.compactMap { entry in Int(entry.key).map { ($0, entry.value) } }.sorted { $0.0 < $1.0 }
            guard pairs.count == names.count, pairs.enumerated().allSatisfy({ $0 == $1.0 }) else {
                throw refuse("the keys of id2label are not the numbers from 0 to \(names.count - 1)")
            }
            labelNames = pairs.map(\.1)
            guard Set(labelNames).count == labelNames.count else { throw refuse("id2label names a class twice") }
        } else if let count = raw.num_labels, count > 0, count < 1 << 20 {
            labelNames = (0..<count).map { "LABEL_\($0)" }
        }
        isRegression = raw.problem_type == "regression"
        if isRegression { labelNames = [] }
        classifiesTokens = raw.architectures?.contains("BertForTokenClassification") ?? false
    }

    /// A `config.json` that `transformers` loads.
    public func json(architecture: String) -> [UInt8] {
        let raw = RawConfiguration(
            architectures: [architecture], attention_probs_dropout_prob: attentionDropout,
            classifier_dropout: classifierDropout, hidden_act: "gelu",
            hidden_dropout_prob: hiddenDropout, hidden_size: hiddenSize,
            id2label: isRegression
                ? ["0": "LABEL_0"]
                : labelNames.isEmpty
                    ? nil : Dictionary(uniqueKeysWithValues: labelNames.enumerated().map { (String($0), $1) }),
            initializer_range: initializerRange, intermediate_size: intermediateSize,
            label2id: isRegression
                ? ["LABEL_0": 0]
                : labelNames.isEmpty
                    ? nil : Dictionary(uniqueKeysWithValues: labelNames.enumerated().map { ($1, $0) }),
            layer_norm_eps: layerNormEpsilon, max_position_embeddings: maximumPositions, model_type: "bert",
            num_attention_heads: headCount, num_hidden_layers: layerCount, num_labels: nil, pad_token_id: 0,
            position_embedding_type: "absolute",
            problem_type: isRegression ? "regression" : labelNames.isEmpty || classifiesTokens ? nil : "single_label_classification",
            type_vocab_size: typeCount, vocab_size: vocabularySize, is_decoder: nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        guard let data = try? encoder.encode(raw) else { preconditionFailure("a configuration always encodes") }
        return Array(data) + [0x0A]
    }
}

/// `config.json`, key by key, in its own spelling.
private struct RawConfiguration: Codable {
    var architectures: [String]?
    var attention_probs_dropout_prob: Float?
    var classifier_dropout: Float?
    var hidden_act: String?
    var hidden_dropout_prob: Float?
    var hidden_size: Int
    var id2label: [String: String]?
    var initializer_range: Double?
    var intermediate_size: Int
    var label2id: [String: Int]?
    var layer_norm_eps: Float?
    var max_position_embeddings: Int
    var model_type: String?
    var num_attention_heads: Int
    var num_hidden_layers: Int
    var num_labels: Int?
    var pad_token_id: Int?
    var position_embedding_type: String?
    var problem_type: String?
    var type_vocab_size: Int?
    var vocab_size: Int
    var is_decoder: Bool?
}
