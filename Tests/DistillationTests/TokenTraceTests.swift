import BERT
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// Losses of labelled words, and their gradients, agree with PyTorch's autograd, from scripts/reference/token_gradients.py.
@Suite struct TokenTraceTests {
    static let cases = TokenTrace.cases("tokens")

    private func problem(_ name: String) throws -> (trace: TokenTrace, batch: StudentBatch) {
        let trace = try TokenTrace("tokens", Self.cases[name], temperature: 1.1, head: "classifier.") {
            ($0.classifiesTokens, $0.labelNames) = (true, ["O", "B-a", "I-a", "B-b", "I-b"])
        }
        let tags = try #require(trace.file.integers("tags")).map(Int.init)
        let logits = Matrix(rows: tags.count, columns: 5, try #require(try trace.file.floats("teacher")))
        return (trace, StudentBatch(tokens: trace.tokens, labels: .tags(tags), teacher: Taps(offsets: trace.tokens.offsets, logits: logits)))
    }

    @Test func aTokenModelHasNoPooler() throws {
        let (trace, batch) = try problem("both")
        #expect(trace.student.layout["bert.pooler.dense.weight"] == nil && trace.student.layout["classifier.weight"]?.shape == [5, 22])
        let model = BERTModel(configuration: trace.step.configuration, weights: trace.student)
        let ours = try #require(model.taps(batch.tokens, TapRequirement(logits: true), workspace: Workspace(), on: .one).logits)
        #expect(distance(ours.elements, try #require(try trace.file.floats("logits"))) < 2e-5)
    }

    @Test(arguments: cases.keys.sorted()) func gradientsAgreeWithAutograd(name: String) throws {
        let (trace, batch) = try problem(name)
        try trace.checkGradients(name, batch)
    }

    /// Nothing is divided by the number of words where there is none.
    @Test func aBatchWithoutWordsHasNoLoss() throws {
        var (trace, batch) = try problem("both")
        batch.labels = .tags(Array(repeating: -1, count: batch.tokens.tokenCount))
        var step = trace.step
        step.perturbation = .raw
        let gradients = Parameters(layout: trace.student.layout)
        let loss = step.gradient(batch, of: trace.student, into: gradients, workspace: Workspace(), on: .one)
        #expect(loss.terms.total(step.weights) == 0 && gradients.flat.elements.allSatisfy { $0 == 0 })
    }

    @Test func threadsDoNotMatter() throws {
        let (trace, batch) = try problem("both")
        trace.checkThreads(trace.step, batch)
    }
}
