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

    /// A head that learns on detached states leaves the encoder's gradient as it is, bit for bit, that of the table of words with it, which is its
    /// decoder, too; its own is the one that it has beside the encoder.
    @Test(arguments: [Perturbation.off, .raw], [LossWeights(contrastive: 0, soft: 5, hard: 2), LossWeights(contrastive: 0, soft: 0, hard: 1)])
    func aProbeDoesNotReachTheEncoder(perturbation: Perturbation, losses: LossWeights) throws {
        let (trace, masked) = try problem("both")
        let states = try Trace("all-off")
        var batch = states.batch
        batch.labels = masked.labels
        batch.teacher?.words = masked.teacher?.words
        let student = Parameters(layout: ParameterLayout(student: trace.step.configuration, objective: states.objective, teacherWidth: 20))
        student.initialise(range: 0.3, seed: 4)
        func gradients(_ weights: LossWeights, probe: LossWeights? = nil) -> (all: Parameters, loss: StudentLoss) {
            let step = StudentStep(
                configuration: trace.step.configuration, objective: states.objective, temperature: 2, weights: weights, probe: probe, perturbation: perturbation)
            let gradients = Parameters(layout: student.layout)
            return (gradients, step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one))
        }
        let alone = LossWeights(contrastive: 1, soft: 0, hard: 0)
        let (plain, _) = gradients(alone)
        let (probed, loss) = gradients(alone, probe: losses)
        let together = gradients(LossWeights(contrastive: 1, soft: losses.soft, hard: losses.hard)).all
        let probe = try #require(loss.probe)
        #expect(probe.hard > 0 && (probe.soft != 0) == (losses.soft != 0) && loss.terms.hard == 0 && loss.terms.soft == 0)
        for entry in student.layout.entries {
            let (with, without) = (probed.matrix(entry).elements, plain.matrix(entry).elements)
            if entry.isHead {
                #expect(without.allSatisfy { $0 == 0 } && with.contains { $0 != 0 }, "\(entry.name)")
                // The perturbation of losses at the logits is another.
                if perturbation == .off { #expect(distance(with, together.matrix(entry).elements) < 1e-4, "\(entry.name)") }
            } else {
                #expect(with == without, "\(entry.name)")
            }
        }
        let words = try #require(probed["bert.embeddings.word_embeddings.weight"]), bias = try #require(probed["cls.predictions.bias"])
        #expect(words.elements.contains { $0 != 0 } && bias.elements.contains { $0 != 0 })
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
