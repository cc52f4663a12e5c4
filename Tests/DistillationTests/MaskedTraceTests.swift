import BERT
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// Losses of masked words, and their gradients, agree with PyTorch's autograd, from scripts/reference/masked_gradients.py.
@Suite struct MaskedTraceTests {
    static let cases = TokenTrace.cases("masked")

    /// - Parameter copies: of the batch, one after another.
    private func problem(_ name: String, copies: Int = 1) throws -> (trace: TokenTrace, batch: StudentBatch) {
        let trace = try TokenTrace("masked", Self.cases[name], temperature: 2, head: "cls.") { ($0.predictsWords, $0.labelNames) = (true, []) }
        var tokens = TokenBatch()
        for _ in 0..<copies {
            for (start, end) in zip(trace.tokens.offsets, trace.tokens.offsets.dropFirst()) {
                tokens.append(ids: trace.tokens.ids[start..<end], types: trace.tokens.types[start..<end])
            }
        }
        func repeated<Value>(_ values: [Value]) -> [Value] { (0..<copies).flatMap { _ in values } }
        var teacher = Taps(offsets: tokens.offsets)
        teacher.words = WordSamples(
            draws: 8, ids: repeated(try #require(trace.file.integers("draws"))), entropies: repeated(try #require(try trace.file.floats("entropies"))))
        let targets = repeated(try #require(trace.file.integers("targets")).map(Int.init))
        return (trace, StudentBatch(tokens: tokens, labels: .tags(targets), teacher: teacher))
    }

    @Test func logitsAgree() throws {
        let (trace, batch) = try problem("both")
        let (step, student) = (trace.step, trace.student)
        #expect(student.layout["bert.pooler.dense.weight"] == nil && student.layout["classifier.weight"] == nil)
        let head = try #require(MaskedLanguageHead(step.configuration, student))
        let last = Encoder(step.configuration, student).forward(batch.tokens, workspace: Workspace(), on: .one).last
        #expect(distance(head.logits(last, on: .one).elements, try #require(try trace.file.floats("logits"))) < 2e-5)
        #expect(step.requirement.words && !step.requirement.logits)
    }

    @Test(arguments: cases.keys.sorted()) func gradientsAgreeWithAutograd(name: String) throws {
        let (trace, batch) = try problem(name)
        try trace.checkGradients(name, batch)
    }

    /// Nothing is divided by the number of masked words where there is none, and the soft loss stays.
    @Test func aBatchMayHaveNoMaskedWord() throws {
        var (trace, batch) = try problem("hard")
        batch.labels = .tags(Array(repeating: -1, count: batch.tokens.tokenCount))
        let gradients = Parameters(layout: trace.student.layout)
        var step = trace.step
        let loss = step.gradient(batch, of: trace.student, into: gradients, workspace: Workspace(), on: .one)
        #expect(loss.terms.total(step.weights) == 0 && gradients.flat.elements.allSatisfy { $0 == 0 })
        step.weights.soft = 1
        let soft = step.gradient(batch, of: trace.student, into: gradients, workspace: Workspace(), on: .one)
        #expect(soft.terms.hard == 0 && soft.terms.soft > 0 && gradients.flat.elements.allSatisfy(\.isFinite))
    }

    /// More tokens than stand in memory at once; a perturbation's first pass must leave no gradient behind.
    @Test(arguments: [Perturbation.off, .raw]) func threadsDoNotMatter(perturbation: Perturbation) throws {
        let (trace, batch) = try problem("both", copies: 10)
        #expect(batch.tokens.tokenCount > WordLoss.blockTokens)
        var step = trace.step
        step.perturbation = perturbation
        trace.checkThreads(step, batch)
    }

    /// Ten times the same is a mean as of one.
    @Test func blocksAddUp() throws {
        let found = try [1, 10].map { copies in
            let (trace, batch) = try problem("both", copies: copies)
            let gradients = Parameters(layout: trace.student.layout)
            let loss = trace.step.gradient(batch, of: trace.student, into: gradients, workspace: Workspace(), on: .one)
            return (terms: loss.terms, gradients: gradients.flat.elements)
        }
        #expect((found[0].terms.soft - found[1].terms.soft).magnitude < 1e-5 && (found[0].terms.hard - found[1].terms.hard).magnitude < 1e-5)
        #expect(distance(found[0].gradients, found[1].gradients) < 1e-4)
    }
}
