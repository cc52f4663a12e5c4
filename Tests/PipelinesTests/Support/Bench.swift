import TestSupport

@testable import Pipelines

/// A folder with all that a pipeline may name, as small as it goes; nothing in it is trained.
struct Bench: Sendable {
    private let folder = TemporaryFolder()

    var path: String { folder.path }

    init() throws {
        for (name, text) in Self.files { try write(text, name) }
        try write(Self.wordHead, "masked/model.safetensors")
    }

    func write(_ text: String, _ name: String) throws { try folder.write(text, to: name) }

    func write(_ bytes: [UInt8], _ name: String) throws { try folder.write(bytes, to: name) }

    func remove(_ name: String) throws { try folder.remove(name) }

    func move(_ name: String, to other: String) throws {
        try write(folder.contents(name), other)
        try remove(name)
    }

    /// Reads a pipeline that stands in the folder.
    func settings(
        _ text: String = Self.pipeline, named name: String = "made-up.yaml", set overrides: [String] = [],
        environment: [String: String] = [:]
    ) throws -> PipelineSettings {
        try write(text, name)
        return try PipelineSettings(contentsOf: path + "/" + name, overrides: overrides, environment: environment)
    }

    func plans(_ text: String = Self.pipeline, set overrides: [String] = []) throws -> [StagePlan] {
        try stages(of: settings(text, set: overrides))
    }

    /// A pipeline that says no more than it must.
    static let least = """
        corpus: { descriptor: corpus.yaml, path: data }
        tokens: { vocabulary: vocab }
        teacher: { model: teacher }

        """

    /// A pipeline of every stage; no value of `distill` reaches its baseline.
    static let pipeline = """
        corpus: { descriptor: corpus.yaml, path: data }
        tokens: { vocabulary: vocab }
        teacher: { model: teacher, finetune: {} }
        features: {}
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, init: start }
        distill: {}
        baseline: { objective: hard, epochs: 2, batchSize: 4, learningRate: 1.0e-3, warmup: 0, weightDecay: 0, clip: 2 }
        evaluate: { splits: [dev] }
        export: { format: huggingface }

        """

    /// A pipeline of masked words; no more of its teacher's head is there than its name.
    static let masked = """
        corpus: { descriptor: corpus.yaml, path: data }
        tokens: { vocabulary: vocab }
        teacher: { model: masked }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }
        distill: { objective: distilbert }
        export: {}

        """

    /// A file of tensors that has a part of a head of words.
    static let wordHead: [UInt8] = {
        let header = #"{"cls.predictions.bias":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
        return (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + [0, 0, 0, 0]
    }()

    /// A pipeline of texts without labels.
    static let texts = """
        corpus: { wikipedia: dump.xml }
        tokens: { vocabulary: vocab }
        teacher: { model: teacher }
        student: { layers: 1, hidden: 8, intermediate: 16, heads: 2 }
        distill: { stages: [{ share: 1, contrastive: 1 }] }
        export: {}

        """

    static let descriptor = """
        name: made-up
        splits: { train: train.tsv, dev: dev.tsv, test: test.tsv }
        columns: { text: text, label: label, id: id }
        labels: [ham, spam]

        """

    static let table = "id\ttext\tlabel\n0\ta b\tham\n1\tb a\tspam\n"
    static let vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n"

    static func configuration(layers: Int) -> String {
        """
        { "vocab_size": 7, "hidden_size": 8, "num_hidden_layers": \(layers), "num_attention_heads": 2,
          "intermediate_size": 16, "max_position_embeddings": 512 }
        """
    }

    private static let files = [
        "corpus.yaml": descriptor, "data/train.tsv": table, "data/dev.tsv": table, "data/test.tsv": table,
        "vocab/vocab.txt": vocabulary, "teacher/config.json": configuration(layers: 2), "teacher/model.safetensors": "weights",
        "start/config.json": configuration(layers: 1), "start/model.safetensors": "first weights",
        "masked/config.json": configuration(layers: 2), "dump.xml": "<mediawiki/>",
    ]
}

/// The stages of a pipeline, with its tokenizer as it stands on the disk.
func stages(of settings: PipelineSettings) throws -> [StagePlan] {
    try Pipeline.plans(settings, TokenizerFolder(settings.tokens.vocabulary, lowercase: settings.tokens.lowercase))
}
