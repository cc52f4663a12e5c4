import BERT
import FoundationEssentials
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// A student with a head on every token, over the encoder and batch of the other traces, and what PyTorch's autograd says of its losses.
struct TokenTrace {
    struct Case: Decodable, Sendable { let soft, hard: Double }

    let folder: String
    let step: StudentStep
    let tokens: TokenBatch
    let student: Parameters
    /// Labels, what the teacher says, and logits.
    let file: SafetensorsFile

    /// The cases of a folder of fixtures.
    static func cases(_ name: String) -> [String: Case] {
        let path = Trace.folder + "/\(name)/cases.json"
        guard let json = try? Data(contentsOf: URL(filePath: path)), let cases = try? JSONDecoder().decode([String: Case].self, from: json)
        else { fatalError("no cases in \(path)") }
        return cases
    }

    /// - Parameters:
    ///   - head: how the names of its parameters begin.
    ///   - configure: says which head it is.
    init(_ name: String, _ losses: Case?, temperature: Double, head: String, _ configure: (inout BERTConfiguration) -> Void) throws {
        folder = Trace.folder + "/" + name
        file = try SafetensorsFile(folder + "/problem.safetensors")
        let trace = try Trace("all-off")
        var configuration = trace.step.configuration
        configure(&configuration)
        let losses = try #require(losses)
        step = StudentStep(
            configuration: configuration, objective: nil, temperature: temperature, weights: LossWeights(contrastive: 0, soft: losses.soft, hard: losses.hard))
        tokens = trace.batch.tokens
        student = Parameters(layout: ParameterLayout(student: configuration, objective: nil, teacherWidth: 0))
        let weights = try SafetensorsFile(Trace.folder + "/student.safetensors")
        for entry in student.layout.entries {
            let source = entry.name.hasPrefix(head) ? file : weights
            #expect(try source.read(entry.name, into: student.matrix(entry)), "\(entry.name)")
        }
    }

    /// Losses to 2e-5, gradients to 1e-4 of the largest.
    func checkGradients(_ name: String, _ batch: StudentBatch) throws {
        let expected = try SafetensorsFile(folder + "/\(name).safetensors")
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

    /// The same bits on one to three threads, with dropout.
    func checkThreads(_ step: StudentStep, _ batch: StudentBatch) {
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        let all = [1, 2, 3].map { threads in
            let gradients = Parameters(layout: student.layout)
            _ = step.gradient(batch, of: student, into: gradients, dropout: dropout, workspace: Workspace(), on: Workers(count: threads))
            return gradients.flat.elements
        }
        #expect(all[0] == all[1] && all[1] == all[2])
    }
}
