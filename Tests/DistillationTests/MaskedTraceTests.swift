import BERT
import FoundationEssentials
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// Losses of masked words, and their gradients, agree with PyTorch's autograd, from scripts/reference/masked_gradients.py.
@Suite struct MaskedTraceTests {
    struct Case: Decodable, Sendable { let soft, hard: Double }

    private static let folder = Trace.folder + "/masked"
    static let cases: [String: Case] = {
        guard let json = try? Data(contentsOf: URL(filePath: folder + "/cases.json")), let cases = try? JSONDecoder().decode([String: Case].self, from: json)
        else { fatalError("no cases in \(folder)") }
        return cases
    }()

    private func problem(_ name: String) throws -> (step: StudentStep, batch: StudentBatch, student: Parameters, logits: [Float]) {
        let trace = try Trace("all-off")
        let file = try SafetensorsFile(Self.folder + "/problem.safetensors")
        var configuration = trace.step.configuration
        (configuration.predictsWords, configuration.labelNames) = (true, [])
        let targets = try #require(file.integers("targets")).map(Int.init)
        var teacher = Taps(offsets: trace.batch.tokens.offsets)
        teacher.words = WordSamples(draws: 8, ids: try #require(file.integers("draws")), entropies: try #require(try file.floats("entropies")))
        let batch = StudentBatch(tokens: trace.batch.tokens, labels: .tags(targets), teacher: teacher)
        let settings = try #require(Self.cases[name])
        let step = StudentStep(
            configuration: configuration, objective: nil, temperature: 2, weights: LossWeights(contrastive: 0, soft: settings.soft, hard: settings.hard))
        let student = Parameters(layout: ParameterLayout(student: configuration, objective: nil, teacherWidth: 0))
        let weights = try SafetensorsFile(Trace.folder + "/student.safetensors")
        for entry in student.layout.entries {
            let source = entry.name.hasPrefix("cls.") ? file : weights
            #expect(try source.read(entry.name, into: student.matrix(entry)), "\(entry.name)")
        }
        return (step, batch, student, try #require(try file.floats("logits")))
    }

    @Test func logitsAgree() throws {
        let (step, batch, student, logits) = try problem("both")
        #expect(student.layout["bert.pooler.dense.weight"] == nil && student.layout["classifier.weight"] == nil)
        let head = try #require(MaskedLanguageHead(step.configuration, student))
        let last = Encoder(step.configuration, student).forward(batch.tokens, workspace: Workspace(), on: .one).last
        #expect(distance(head.logits(last, on: .one).elements, logits) < 2e-5)
        #expect(step.requirement.words && !step.requirement.logits)
    }

    @Test(arguments: cases.keys.sorted()) func gradientsAgreeWithAutograd(name: String) throws {
        let (step, batch, student, _) = try problem(name)
        let expected = try SafetensorsFile(Self.folder + "/\(name).safetensors")
        let gradients = Parameters(layout: student.layout)
        let loss = step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one)
        let terms = try #require(expected.doubles("terms"))
        if step.weights.soft != 0 { #expect((loss.terms.soft - terms[0]).magnitude < 2e-5 * max(1, terms[0])) }
        if step.weights.hard != 0 { #expect((loss.terms.hard - terms[1]).magnitude < 2e-5 * max(1, terms[1])) }
        for entry in student.layout.entries {
            let ours = gradients.matrix(entry).elements
            let reference = try #require(try expected.floats(entry.name), "\(entry.name)")
            let largest = distance(reference, Array(repeating: 0, count: reference.count))
            let bound = entry.name.hasSuffix("key.bias") ? 1e-6 : 1e-4 * largest + 1e-7
            #expect(distance(ours, reference) <= bound, "\(entry.name)")
        }
    }

    /// Nothing is divided by the number of masked words where there is none, and the soft loss stays.
    @Test func aBatchMayHaveNoMaskedWord() throws {
        var (step, batch, student, _) = try problem("hard")
        batch.labels = .tags(Array(repeating: -1, count: batch.tokens.tokenCount))
        let gradients = Parameters(layout: student.layout)
        let loss = step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one)
        #expect(loss.terms.total(step.weights) == 0 && gradients.flat.elements.allSatisfy { $0 == 0 })
        step.weights.soft = 1
        let soft = step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one)
        #expect(soft.terms.hard == 0 && soft.terms.soft > 0 && gradients.flat.elements.allSatisfy(\.isFinite))
    }

    /// More tokens than stand in memory at once, with a perturbation: its first pass must leave no gradient behind.
    @Test(arguments: [Perturbation.off, .raw]) func threadsDoNotMatter(perturbation: Perturbation) throws {
        var (step, batch, student, _) = try problem("both")
        step.perturbation = perturbation
        let (tokens, once) = (batch.tokens, batch)
        for _ in 0..<9 {
            for sequence in 0..<tokens.sequenceCount {
                let range = tokens.offsets[sequence]..<tokens.offsets[sequence + 1]
                batch.tokens.append(ids: tokens.ids[range], types: tokens.types[range])
            }
        }
        if case .tags(let targets) = once.labels, let words = once.teacher?.words {
            batch.labels = .tags((0..<10).flatMap { _ in targets })
            batch.teacher = Taps(offsets: batch.tokens.offsets)
            batch.teacher?.words = WordSamples(
                draws: 8, ids: (0..<10).flatMap { _ in words.ids }, entropies: (0..<10).flatMap { _ in words.entropies })
        }
        #expect(batch.tokens.tokenCount > StudentStep.wordBlock)
        let large = batch
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        let all = [1, 2, 3].map { threads in
            let gradients = Parameters(layout: student.layout)
            _ = step.gradient(large, of: student, into: gradients, dropout: dropout, workspace: Workspace(), on: Workers(count: threads))
            return gradients.flat.elements
        }
        #expect(all[0] == all[1] && all[1] == all[2])
        // Ten times the same is a mean as of one.
        let (few, many) = (Parameters(layout: student.layout), Parameters(layout: student.layout))
        let first = step.gradient(once, of: student, into: few, workspace: Workspace(), on: .one)
        let second = step.gradient(large, of: student, into: many, workspace: Workspace(), on: .one)
        #expect((first.terms.soft - second.terms.soft).magnitude < 1e-5 && (first.terms.hard - second.terms.hard).magnitude < 1e-5)
        if perturbation == .off { #expect(distance(few.flat.elements, many.flat.elements) < 1e-4) }
    }
}
