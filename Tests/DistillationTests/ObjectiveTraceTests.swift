import BERT
import FoundationEssentials
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// The loss and the gradients of each objective beside LRC's agree with PyTorch's autograd, from scripts/reference/objective_gradients.py.
@Suite struct ObjectiveTraceTests {
    struct Case: Decodable, Sendable {
        let objective, normalise, problem: String
        let shared: Bool
        let negatives, relationHeads: Int
        let tau: Double
    }

    static let folder = Trace.folder + "/objectives"
    static let cases: [String: Case] = {
        guard let json = try? Data(contentsOf: URL(filePath: folder + "/cases.json")),
            let cases = try? JSONDecoder().decode([String: Case].self, from: json)
        else { fatalError("no cases in \(folder)") }
        return cases
    }()

    /// The batch of a case, with all that its objective sees of a teacher, and the student's weights.
    private func problem(_ name: String) throws -> (step: StudentStep, batch: StudentBatch, student: Parameters) {
        let settings = Self.cases[name]!
        let trace = try Trace(settings.problem == "long" ? "long-off" : settings.negatives == 2 ? "two-negatives" : "all-off")
        var (batch, layers) = (trace.batch, trace.objective.layers)
        var teacher = batch.teacher!
        let file = try SafetensorsFile(Self.folder + "/\(settings.problem)-teacher.safetensors")
        let tokens = batch.tokens.tokenCount
        teacher.embedding = Matrix(rows: tokens, columns: 20, try file.floats("embedding")!)
        let heads = trace.step.configuration.headCount
        for layer in layers {
            teacher.queryKeyValue[layer] = Matrix(rows: tokens, columns: 60, try file.floats("relations.\(layer)")!)
            var scores = try file.floats("scores.\(layer)")![...]
            teacher.attention[layer] = (0..<batch.tokens.sequenceCount).map { sequence in
                let length = batch.tokens.range(sequence).count
                defer { scores = scores.dropFirst(heads * length * length) }
                return Matrix(rows: heads * length, columns: length, Array(scores.prefix(heads * length * length)))
            }
        }
        batch.teacher = teacher
        let sharing: ProjectionSharing = settings.shared ? .shared : .perLayer
        let objective: any StateObjective
        switch settings.objective {
        case "mse": objective = MSEObjective(layers: layers, sharing: sharing)
        case "tinybert": objective = TinyBERTObjective(layers: layers)
        case "pkd":
            layers.removeLast()
            objective = PKDObjective(
                layers: layers, projects: true, normalisation: Normalisation(rawValue: settings.normalise)!,
                statistics: trace.objective.statistics)
        case "distilbert": objective = LastStateObjective(layer: layers.last!, projects: true)
        case "relation": objective = RelationObjective(layer: layers.last!, heads: settings.relationHeads)
        case "infonce":
            objective = InfoNCEObjective(
                layers: layers, temperature: settings.tau, normalisation: Normalisation(rawValue: settings.normalise)!,
                statistics: trace.objective.statistics.mapValues { StateStatistics(tokens: $0.tokens) })
        default: preconditionFailure("no objective \(settings.objective)")
        }
        let step = StudentStep(
            configuration: trace.step.configuration, objective: objective, weights: LossWeights(contrastive: 1, soft: 0, hard: 0))
        let student = Parameters(layout: ParameterLayout(student: step.configuration, objective: objective, teacherWidth: 20))
        let weights = try SafetensorsFile(Trace.folder + "/\(settings.problem).safetensors")
        for entry in student.layout.entries { #expect(try weights.read(entry.name, into: student.matrix(entry)), "\(entry.name)") }
        return (step, batch, student)
    }

    @Test(arguments: cases.keys.sorted())
    func gradientsAgreeWithAutograd(name: String) throws {
        let (step, batch, student) = try problem(name)
        let expected = try SafetensorsFile(Self.folder + "/\(name).safetensors")
        let gradients = Parameters(layout: student.layout)
        let loss = step.gradient(batch, of: student, into: gradients, workspace: Workspace(), on: .one)
        let theirs = try #require(expected.doubles("loss")).first!
        #expect((loss.terms.contrastive - theirs).magnitude <= 2e-5 * max(1, theirs.magnitude))
        for entry in student.layout.entries {
            let ours = gradients.matrix(entry).elements
            // The gradient of a key's bias is zero in truth where softmax alone sees it.
            let isNoise = entry.name.hasSuffix("key.bias") && !["tinybert", "relation"].contains(Self.cases[name]!.objective)
            guard let reference = try expected.floats(entry.name) else {
                #expect(ours.allSatisfy { $0 == 0 } || isNoise, "\(entry.name) has a gradient that autograd does not have")
                #expect(!step.reaches(entry) || isNoise, "\(entry.name)")
                continue
            }
            #expect(step.reaches(entry), "\(entry.name)")
            let difference = distance(ours, reference)
            let largest = distance(reference, Array(repeating: 0, count: reference.count))
            let bound = isNoise ? 1e-6 : 1e-4 * largest + 1e-7
            #expect(difference <= bound, "\(entry.name): \(difference) apart, the largest is \(largest)")
        }
    }

    @Test(arguments: cases.keys.sorted())
    func threadsDoNotMatter(name: String) throws {
        let (step, batch, student) = try problem(name)
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        func gradient(_ threads: Int, perturbation: Perturbation) -> ([Float], StudentLoss) {
            var step = step
            step.perturbation = perturbation
            let gradients = Parameters(layout: student.layout)
            let loss = step.gradient(
                batch, of: student, into: gradients, dropout: dropout, workspace: Workspace(), on: Workers(count: threads))
            return (gradients.flat.elements, loss)
        }
        for perturbation in [Perturbation.off, .raw] {
            let one = gradient(1, perturbation: perturbation)
            #expect(one.0.allSatisfy(\.isFinite) && one.0.contains { $0 != 0 })
            for count in [2, 3] {
                let many = gradient(count, perturbation: perturbation)
                #expect(many.0 == one.0 && many.1 == one.1)
            }
        }
    }
}
