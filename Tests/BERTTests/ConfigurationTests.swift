import BERT
import Randomness
import Testing

@Suite struct ConfigurationTests {
    private static let good = #"""
        {"vocab_size": 10, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 12,
         "max_position_embeddings": 16, "model_type": "bert", "future_key": {"a": [1]}}
        """#

    private func problem(_ json: String) -> String? {
        do { _ = try BERTConfiguration(json: Array(json.utf8), file: "m/config.json") } catch { return error.description }
        return nil
    }

    @Test func defaultsAreThoseOfTransformers() throws {
        let configuration = try BERTConfiguration(json: Array(Self.good.utf8), file: "config.json")
        #expect(
            configuration
                == BERTConfiguration(
                    vocabularySize: 10, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, maximumPositions: 16,
                    typeCount: 2, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1, initializerRange: 0.02))
    }

    @Test(arguments: [
        (#""hidden_size": 8"#, #""hidden_size": 9"#, "no multiple"),
        (#""hidden_size": 8"#, #""hidden_size": 0"#, "hidden_size is 0"),
        (#""hidden_size": 8"#, #""hidden_size": -8"#, "hidden_size is -8"),
        (#""hidden_size": 8"#, #""hidden_size": "8""#, "'hidden_size'"),
        (#""hidden_size": 8"#, #""hidden_size": 8.5"#, "no whole number"),
        (#""hidden_size": 8"#, #""hidden_size": 1e99"#, "no whole number"),
        (#""hidden_size": 8"#, #""hidden_size": null"#, "'hidden_size'"),
        (#""hidden_size": 8,"#, "", "'hidden_size' is missing"),
        (#""num_hidden_layers": 2"#, #""num_hidden_layers": 9000000"#, "num_hidden_layers is 9000000"),
        (#""model_type": "bert""#, #""model_type": "roberta""#, "model_type is 'roberta'"),
        (#""model_type": "bert""#, #""hidden_act": "gelu_new""#, "hidden_act is 'gelu_new'"),
        (#""model_type": "bert""#, #""position_embedding_type": "relative_key""#, "position_embedding_type"),
        (#""model_type": "bert""#, #""is_decoder": true"#, "is_decoder"),
        (#""model_type": "bert""#, #""hidden_dropout_prob": 1.0"#, "hidden_dropout_prob"),
        (#""model_type": "bert""#, #""attention_probs_dropout_prob": -0.1"#, "attention_probs_dropout_prob"),
        (#""model_type": "bert""#, #""layer_norm_eps": -1"#, "layer_norm_eps"),
        (#""model_type": "bert""#, #""type_vocab_size": 0"#, "type_vocab_size"),
        (#""model_type": "bert""#, #""id2label": {"0": "a", "2": "b"}"#, "id2label"),
        (#""model_type": "bert""#, #""id2label": {"0": "a", "1": "a"}"#, "id2label"),
        (#""model_type": "bert""#, #""id2label": {"x": "a"}"#, "id2label"),
        (#""model_type": "bert""#, #""id2label": ["a", "b"]"#, "'id2label'"),
    ])
    func whatIsNotComputedIsRefused(from: String, to: String, expected: String) throws {
        #expect(Self.good.contains(from))
        let found = try #require(problem(Self.good.replacing(from, with: to)))
        #expect(found.hasPrefix("m/config.json: "))
        #expect(found.contains(expected))
    }

    @Test(arguments: ["", "{", "[]", "null", "3", "\u{0}", #"{"vocab_size": }"#, "not json"])
    func badJSON(text: String) throws { #expect(try #require(problem(text)).contains("m/config.json")) }

    /// Any bytes are read or refused; none trap.
    @Test func damageNeverTraps() {
        let good = Array(Self.good.utf8)
        var random = RandomStream(seed: 17, stream: 0)
        for _ in 0..<5000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let at = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: at)
                default: bytes.insert(Array("0123456789-.{}[]\",:e".utf8).randomElement(using: &random)!, at: at)
                }
            }
            _ = try? BERTConfiguration(json: bytes, file: "config.json")
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        for configuration in [
            BERTConfiguration(
                vocabularySize: 10, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, maximumPositions: 16,
                typeCount: 1, layerNormEpsilon: 1e-5, hiddenDropout: 0, attentionDropout: 0.25, initializerRange: 0.5,
                labelNames: ["not \"equal\"", "gleich", "égal"]),
            BERTConfiguration(
                vocabularySize: 10, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, isRegression: true),
            BERTConfiguration(vocabularySize: 10, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12),
        ] {
            let json = configuration.json(architecture: "BertForSequenceClassification")
            #expect(try BERTConfiguration(json: json, file: "config.json") == configuration)
            #expect(json == configuration.json(architecture: "BertForSequenceClassification"))
        }
    }
}
