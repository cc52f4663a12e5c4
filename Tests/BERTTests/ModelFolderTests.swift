import BERT
import Kernels
import TestSupport
import Testing

/// Folders that load, and folders that do not: each refusal names the file and the tensor.
@Suite struct ModelFolderTests {
    private let folder = TemporaryFolder()
    private let model = BERTModel(
        random: BERTConfiguration(
            vocabularySize: 11, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, maximumPositions: 9,
            labelNames: ["a", "b", "c"]), seed: 2)

    /// Writes the model with some tensors changed, left out or added.
    private func write(
        rename: (String) -> String = { $0 }, skip: Set<String> = [], reshape: [String: [Int]] = [:],
        extra: [(name: String, shape: [Int])] = [], spoil: String? = nil
    ) throws {
        try folder.write(Array(model.configuration.json(architecture: "x")), to: "config.json")
        var writer = SafetensorsWriter()
        for entry in model.weights.layout.entries where !skip.contains(entry.name) {
            var matrix = model.weights.matrix(entry)
            let shape = reshape[entry.name] ?? entry.shape
            if shape != entry.shape { matrix = Matrix(rows: 1, columns: shape.reduce(1, *)) }
            if entry.name == spoil {
                matrix = matrix.copy()
                matrix[matrix.rows - 1, matrix.columns - 1] = .nan
            }
            writer.append(rename(entry.name), shape: shape, matrix)
        }
        for (name, shape) in extra { writer.append(name, shape: shape, Matrix(rows: 1, columns: shape.reduce(1, *))) }
        try writer.write(to: folder.path + "/model.safetensors")
    }

    private func problem() -> BERTError? {
        do { _ = try BERTModel(folder: folder.path) } catch { return error }
        return nil
    }
    /// The same before any weight is read.
    private func earlyProblem() -> BERTError? {
        do { _ = try Checkpoint(folder: folder.path) } catch { return error }
        return nil
    }
    private var file: String { folder.path + "/model.safetensors" }

    @Test func namesWithAndWithoutPrefix() throws {
        try write(rename: { $0.hasPrefix("bert.") ? String($0.dropFirst(5)) : $0 })
        #expect(try BERTModel(folder: folder.path).weights.flat.elements == model.weights.flat.elements)
        try write(rename: {
            $0.replacing("LayerNorm.weight", with: "LayerNorm.gamma").replacing("LayerNorm.bias", with: "LayerNorm.beta")
        })
        #expect(try BERTModel(folder: folder.path).weights.flat.elements == model.weights.flat.elements)
    }

    @Test func pretrainingHeadsAreLeftAlone() throws {
        try write(extra: [
            ("bert.embeddings.position_ids", [1, 9]), ("cls.predictions.bias", [11]), ("cls.seq_relationship.weight", [2, 8]),
        ])
        #expect(problem() == nil)
    }

    @Test func anEncoderAloneLoads() throws {
        try write(skip: ["classifier.weight", "classifier.bias", "bert.pooler.dense.weight", "bert.pooler.dense.bias"])
        let loaded = try BERTModel(folder: folder.path)
        #expect(!loaded.hasPooler && !loaded.hasClassifier && loaded.head == nil)
        #expect(loaded.parameterCount == model.parameterCount - 72 - 27)
    }

    @Test func missingTensors() throws {
        let name = "bert.encoder.layer.1.output.dense.bias"
        try write(skip: [name])
        #expect(problem() == .missingTensors(file: file, names: [name]))
        try write(skip: ["classifier.bias"])
        #expect(problem() == .missingTensors(file: file, names: ["classifier.bias"]))
        try write(skip: Set(model.weights.layout.entries.map(\.name)))
        #expect(try #require(problem()).description.contains("and 33 more"))
    }

    @Test func wrongShapes() throws {
        let name = "bert.encoder.layer.0.intermediate.dense.weight"
        for shape in [[8, 12], [96], [12, 8, 1], [13, 8]] {
            try write(reshape: [name: shape])
            #expect(problem() == .wrongShape(file: file, tensor: name, expected: [12, 8], found: shape))
        }
        try write(reshape: ["classifier.weight": [2, 8], "classifier.bias": [2]])
        #expect(problem() == .wrongShape(file: file, tensor: "classifier.weight", expected: [3, 8], found: [2, 8]))
    }

    @Test func unknownTensors() throws {
        try write(extra: [("bert.encoder.layer.2.output.dense.bias", [8]), ("adapter.weight", [2, 2])])
        #expect(
            problem()
                == .unexpectedTensors(file: file, names: ["adapter.weight", "bert.encoder.layer.2.output.dense.bias"]))
        try write(extra: [("embeddings.LayerNorm.weight", [8])])
        #expect(try #require(problem()).description.contains("embeddings.LayerNorm.weight"))
    }

    @Test func numbersThatAreNone() throws {
        try write(spoil: "bert.pooler.dense.weight")
        #expect(problem() == .notFinite(file: file, tensor: "bert.pooler.dense.weight"))
    }

    @Test func otherWeightFiles() throws {
        try write()
        try folder.remove("model.safetensors")
        #expect(problem() == .missingWeights(folder: folder.path, found: nil))
        try folder.write([1, 2, 3], to: "pytorch_model.bin")
        #expect(problem() == .missingWeights(folder: folder.path, found: "pytorch_model.bin"))
        #expect(try #require(problem()).description.contains("safe_serialization"))
    }

    @Test func filesThatAreMissingOrDamaged() throws {
        #expect(try #require(problem()).description.contains("config.json"))
        try write()
        let whole = try folder.contents("model.safetensors")
        try folder.write(Array(whole.dropLast(100)), to: "model.safetensors")
        #expect(try #require(problem()).description.contains("truncated"))
        try folder.write(whole, to: "model.safetensors")
        #expect(problem() == nil)
        try folder.write("{}", to: "config.json")
        #expect(try #require(problem()).description.contains("missing"))
    }

    @Test func integersAreNoWeights() throws {
        try folder.write(Array(model.configuration.json(architecture: "x")), to: "config.json")
        var writer = SafetensorsWriter()
        for entry in model.weights.layout.entries {
            if entry.name == "classifier.bias" {
                writer.append(entry.name, shape: entry.shape, integers: [0, 0, 0])
            } else {
                writer.append(entry.name, shape: entry.shape, model.weights.matrix(entry))
            }
        }
        try writer.write(to: file)
        #expect(problem() == .unsupportedType(file: file, tensor: "classifier.bias", type: "I32"))
    }

    // MARK: Before the weights are read

    /// What a folder holds is told from its configuration and the names of its tensors.
    @Test func aCheckpointTellsWhatTheModelIs() throws {
        let (pooler, classifier) = (["bert.pooler.dense.weight", "bert.pooler.dense.bias"], ["classifier.weight", "classifier.bias"])
        for (hasPooler, hasClassifier) in [(true, true), (true, false), (false, true), (false, false)] {
            let skipped = Set((hasPooler ? [] : pooler) + (hasClassifier ? [] : classifier))
            try write(rename: { $0.replacing("LayerNorm.weight", with: "LayerNorm.gamma") }, skip: skipped)
            let (checkpoint, loaded) = (try Checkpoint(folder: folder.path), try BERTModel(folder: folder.path))
            #expect(checkpoint.hasPooler == hasPooler && checkpoint.hasClassifier == hasClassifier)
            #expect(loaded.hasPooler == hasPooler && loaded.hasClassifier == hasClassifier && checkpoint.configuration == loaded.configuration)
        }
        // The head says what config.json leaves out.
        var plain = model.configuration
        plain.labelNames = []
        for (rows, names) in [(2, ["LABEL_0", "LABEL_1"]), (1, [])] {
            try write(reshape: ["classifier.weight": [rows, 8], "classifier.bias": [rows]])
            try folder.write(plain.json(architecture: "x"), to: "config.json")
            let configuration = try Checkpoint(folder: folder.path).configuration
            #expect(configuration.labelNames == names && configuration.isRegression == (rows == 1))
        }
    }

    @Test(arguments: Fixture.names + ["masked"]) func aCheckpointOfTransformersTellsWhatTheModelIs(_ name: String) throws {
        let folder = name == "masked" ? Fixture.masked : try Fixture(name).folder
        let (checkpoint, loaded) = (try Checkpoint(folder: folder), try BERTModel(folder: folder))
        #expect(checkpoint.configuration == loaded.configuration)
        #expect(checkpoint.hasPooler == loaded.hasPooler && checkpoint.hasClassifier == loaded.hasClassifier)
    }

    /// Whatever the names and shapes tell is refused with the words that loading has for it.
    @Test func aCheckpointIsRefusedAsItsModelIs() throws {
        func expectRefusal(_ expected: BERTError? = nil) {
            let early = earlyProblem()
            #expect(early != nil && early == problem(), "\(early.map { "\($0)" } ?? "nothing")")
            if let expected { #expect(early == expected) }
        }
        expectRefusal()
        let (bias, weight) = ("bert.encoder.layer.1.output.dense.bias", "bert.encoder.layer.0.intermediate.dense.weight")
        try write(skip: [bias])
        expectRefusal(.missingTensors(file: file, names: [bias]))
        try write(skip: ["classifier.bias"])
        expectRefusal(.missingTensors(file: file, names: ["classifier.bias"]))
        try write(reshape: [weight: [8, 12]])
        expectRefusal(.wrongShape(file: file, tensor: weight, expected: [12, 8], found: [8, 12]))
        try write(extra: [("adapter.weight", [2, 2])])
        expectRefusal(.unexpectedTensors(file: file, names: ["adapter.weight"]))
        try write()
        let whole = try folder.contents("model.safetensors")
        try folder.write(Array(whole.dropLast(100)), to: "model.safetensors")
        expectRefusal()
        try folder.remove("model.safetensors")
        try folder.write([1, 2, 3], to: "pytorch_model.bin")
        expectRefusal(.missingWeights(folder: folder.path, found: "pytorch_model.bin"))
    }

    /// It costs nothing: numbers are seen by who loads them.
    @Test func aCheckpointReadsNoWeights() throws {
        try write(spoil: "bert.pooler.dense.weight")
        #expect(earlyProblem() == nil && problem() == .notFinite(file: file, tensor: "bert.pooler.dense.weight"))
    }

    /// The size that config.json claims is never allocated before the file is seen to have it.
    @Test func aHugeConfigurationIsRefusedCheaply() throws {
        try write()
        var huge = model.configuration
        (huge.vocabularySize, huge.hiddenSize, huge.layerCount, huge.intermediateSize) = (1 << 24, 1 << 24, 1 << 10, 1 << 24)
        try folder.write(huge.json(architecture: "x"), to: "config.json")
        #expect(problem() != nil)
    }

    /// A classifier whose config.json leaves the names of its two classes to the default.
    @Test func defaultLabelNames() throws {
        var plain = model.configuration
        plain.labelNames = []
        try write(reshape: ["classifier.weight": [2, 8], "classifier.bias": [2]])
        try folder.write(plain.json(architecture: "x"), to: "config.json")
        #expect(try BERTModel(folder: folder.path).configuration.labelNames == ["LABEL_0", "LABEL_1"])
        try write(reshape: ["classifier.weight": [1, 8], "classifier.bias": [1]])
        try folder.write(plain.json(architecture: "x"), to: "config.json")
        #expect(try BERTModel(folder: folder.path).configuration.isRegression)
    }
}
