import BERT
import FoundationEssentials
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// Losses of labelled words, and their gradients, agree with PyTorch's autograd, from scripts/reference/token_gradients.py.
@Suite struct TokenTraceTests {
    struct Case: Decodable, Sendable { let soft, hard: Double }

    private static let folder = Trace.folder + "/tokens"
    static let cases: [String: Case] = {
        guard let json = try? Data(contentsOf: URL(filePath: folder + "/cases.json")), let cases = try? JSONDecoder().decode([String: Case].self, from: json)
        else { fatalError("no cases in \(folder)") }
        return cases
    }()

    private func problem(_ name: String) throws -> (step: StudentStep, batch: StudentBatch, student: Parameters, logits: [Float]) {
        let trace = try Trace("all-off")
        let file = try SafetensorsFile(Self.folder + "/problem.safetensors")
        var configuration = trace.step.configuration
        (configuration.classifiesTokens, configuration.labelNames) = (true, ["O", "B-a", "I-a", "B-b", "I-b"])
        let tags = try #require(file.integers("tags")).map(Int.init)
        let teacher = Taps(offsets: trace.batch.tokens.offsets, logits: Matrix(rows: tags.count, columns: 5, try #require(try file.floats("teacher"))))
        let batch = StudentBatch(tokens: trace.batch.tokens, labels: .tags(tags), teacher: teacher)
        let settings = try #require(Self.cases[name])
        let step = StudentStep(
            configuration: configuration, objective: nil, temperature: 1.1, weights: LossWeights(contrastive: 0, soft: settings.soft, hard: settings.hard))
        let student = Parameters(layout: ParameterLayout(student: configuration, objective: nil, teacherWidth: 0))
        let weights = try SafetensorsFile(Trace.folder + "/student.safetensors")
        for entry in student.layout.entries {
            let source = entry.name.hasPrefix("classifier.") ? file : weights
            #expect(try source.read(entry.name, into: student.matrix(entry)), "\(entry.name)")
        }
        return (step, batch, student, try #require(try file.floats("logits")))
    }

    @Test func aTokenModelHasNoPooler() throws {
        let (step, batch, student, logits) = try problem("both")
        #expect(student.layout["bert.pooler.dense.weight"] == nil && student.layout["classifier.weight"]?.shape == [5, 22])
        let model = BERTModel(configuration: step.configuration, weights: student)
        let ours = try #require(model.taps(batch.tokens, TapRequirement(logits: true), workspace: Workspace(), on: .one).logits)
        #expect(distance(ours.elements, logits) < 2e-5)
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
            guard let reference = try expected.floats(entry.name) else {
                #expect(ours.allSatisfy { $0 == 0 } || entry.name.hasSuffix("key.bias"), "\(entry.name)")
                continue
            }
            let largest = distance(reference, Array(repeating: 0, count: reference.count))
            let bound = entry.name.hasSuffix("key.bias") ? 1e-6 : 1e-4 * largest + 1e-7
            #expect(distance(ours, reference) <= bound, "\(entry.name)")
        }
    }

    /// Nothing is divided by the number of words where there is none.
    @Test func aBatchWithoutWordsHasNoLoss() throws {
        var (step, batch, student, _) = try problem("both")
        batch.labels = .tags(Array(repeating: -1, count: batch.tokens.tokenCount))
        step.perturbation = .raw
        let gradients = Parameters(layout: student.layout)
        let loss = step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one)
        #expect(loss.terms.total(step.weights) == 0 && gradients.flat.elements.allSatisfy { $0 == 0 })
    }

    @Test func threadsDoNotMatter() throws {
        let (step, batch, student, _) = try problem("both")
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        let all = [1, 2, 3].map { threads in
            let gradients = Parameters(layout: student.layout)
            _ = step.gradient(batch, of: student, into: gradients, dropout: dropout, workspace: Workspace(), on: Workers(count: threads))
            return gradients.flat.elements
        }
        #expect(all[0] == all[1] && all[1] == all[2])
    }
}
