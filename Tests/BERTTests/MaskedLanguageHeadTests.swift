import Files
import Kernels
import TestSupport
import Testing

@testable import BERT

/// The head of a masked language model, from scripts/reference/masked_words.py (transformers).
@Suite struct MaskedLanguageHeadTests {
    @Test func logitsAreThoseOfTransformers() throws {
        let model = try BERTModel(folder: Fixture.masked)
        let head = try #require(try MaskedLanguageHead(folder: Fixture.masked, of: model))
        let expected = try SafetensorsFile(Fixture.masked + "/logits.safetensors")
        let ids = try #require(expected.integers("ids"))
        var batch = TokenBatch()
        for row in 0..<2 { batch.append(ids: ids[row * 7..<row * 7 + 7], types: Array(repeating: 0, count: 7)) }
        let taps = model.taps(batch, TapRequirement(layers: [2]), workspace: Workspace(), on: .one)
        let logits = head.logits(try #require(taps.hidden[2]), on: Workers(count: 2))
        let theirs = try #require(try expected.floats("logits"))
        #expect(logits.rows == 14 && logits.columns == 50)
        #expect(zip(logits.elements, theirs).allSatisfy { ($0 - $1).magnitude < 2e-5 })
    }

    @Test func aModelWithoutAHeadHasNone() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let model = try BERTModel(folder: Fixture.masked)
        try model.save(folder: folder.path)
        #expect(try MaskedLanguageHead(folder: folder.path, of: model) == nil)
    }

    @Test func halfAHeadIsAnError() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let model = try BERTModel(folder: Fixture.masked)
        var writer = SafetensorsWriter()
        for entry in model.weights.layout.entries { writer.append(entry.name, shape: entry.shape, model.weights.matrix(entry)) }
        writer.append("cls.predictions.bias", shape: [50], Matrix(rows: 1, columns: 50))
        try writer.write(to: folder.path + "/model.safetensors")
        #expect(throws: BERTError.self) { try MaskedLanguageHead(folder: folder.path, of: model) }
    }
}
