import BERT
import Kernels
import Testing

@testable import Distillation

@Suite struct StudentStepTests {
    @Test func gradientsAreAdded() throws {
        let trace = try Trace("all-off")
        let (once, _) = trace.gradient()
        let twice = Parameters(layout: trace.student.layout)
        let workspace = Workspace()
        for _ in 0..<2 {
            _ = trace.step.gradient(trace.batch, of: trace.student, into: twice, workspace: workspace, on: .one)
        }
        for (a, b) in zip(once.flat.elements, twice.flat.elements) { #expect((2 * a - b).magnitude <= 1e-5 * max(1, b.magnitude)) }
    }

    /// What a workspace held before is never read.
    @Test(arguments: ["all-raw", "cls-raw", "probe-raw", "hard-off"])
    func nothingUndefinedIsRead(name: String) throws {
        let trace = try Trace(name)
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        let (expected, loss) = trace.gradient(dropout: dropout)
        let workspace = Workspace()
        workspace.matrix(rows: 1 << 10, columns: 1 << 10).fill(.nan)
        let gradients = Parameters(layout: trace.student.layout)
        let again = trace.step.gradient(
            trace.batch, of: trace.student, into: gradients, dropout: dropout, workspace: workspace, on: .one)
        #expect(gradients.flat.elements == expected.flat.elements)
        #expect(again == loss)
    }

    /// A head that is trained on detached states leaves the encoder's gradient as it is, bit for bit.
    @Test(arguments: ["off", "raw"])
    func aProbeDoesNotReachTheEncoder(kind: String) throws {
        let (with, without) = (try Trace(kind == "off" ? "probe" : "probe-raw"), try Trace("contrastive-\(kind)"))
        let (probed, loss) = with.gradient()
        let (plain, _) = without.gradient()
        for entry in with.student.layout.entries {
            let (a, b) = (probed.matrix(entry).elements, plain.matrix(entry).elements)
            #expect(entry.isHead ? a != b : a == b, "\(entry.name)")
            #expect(entry.isHead ? b.allSatisfy { $0 == 0 } : true)
        }
        #expect(try #require(loss.probe).hard > 0)
        #expect(loss.terms.hard == 0)
    }

    @Test func parametersThatNothingReaches() throws {
        func reached(_ name: String, _ entry: String) throws -> Bool {
            let trace = try Trace(name)
            return trace.step.reaches(trace.student.layout[entry]!)
        }
        let (word, head, projection) = ("bert.embeddings.word_embeddings.weight", "classifier.bias", "projection.0.weight")
        #expect(try reached("contrastive-off", word) && !reached("contrastive-off", head) && reached("contrastive-off", projection))
        #expect(try reached("hard-off", word) && reached("hard-off", head) && !reached("hard-off", projection))
        #expect(try reached("probe", head) && reached("probe", projection))
    }

    @Test func requirements() throws {
        #expect(try Trace("contrastive-off").step.requirement == TapRequirement(layers: [2, 4]))
        #expect(try Trace("hard-off").step.requirement == TapRequirement())
        #expect(try Trace("soft-off").step.requirement == TapRequirement(logits: true))
        #expect(try Trace("probe").step.requirement == TapRequirement(layers: [2, 4], logits: true))
    }

    /// Labels alone, on a model's own layout: what fine-tuning does.
    @Test func noTeacherIsNeededForLabels() throws {
        let trace = try Trace("hard-off")
        let model = Parameters(
            layout: ParameterLayout(trace.step.configuration, hasPooler: true, hasClassifier: true))
        for entry in model.layout.entries { model.matrix(entry).assign(trace.student[entry.name]!) }
        let gradients = Parameters(layout: model.layout)
        let batch = StudentBatch(tokens: trace.batch.tokens, labels: trace.batch.labels)
        let step = StudentStep(
            configuration: trace.step.configuration, objective: nil, weights: trace.step.weights)
        let loss = step.gradient(batch, of: model, into: gradients, workspace: Workspace(), on: .one)
        let (expected, expectedLoss) = trace.gradient()
        #expect(loss == expectedLoss)
        for entry in model.layout.entries {
            #expect(gradients.matrix(entry).elements == expected[entry.name]!.elements, "\(entry.name)")
        }
    }

    @Test func dropoutIsAFunctionOfTheStep() throws {
        let trace = try Trace("all-raw")
        func gradient(_ step: Int) -> [Float] {
            trace.gradient(dropout: Dropout(hiddenRate: 0.2, attentionRate: 0.1, seed: 1, step: step)).gradients.flat.elements
        }
        let first = gradient(4)
        #expect(first == gradient(4))
        #expect(first != gradient(5))
    }
}
