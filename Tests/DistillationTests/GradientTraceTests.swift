import BERT
import Kernels
import TestSupport
import Testing

@testable import Distillation

/// Every gradient agrees with PyTorch's autograd, from scripts/reference/lrc_gradients.py.
@Suite struct GradientTraceTests {
    @Test(arguments: Trace.cases.keys.sorted())
    func gradientsAgreeWithAutograd(name: String) throws {
        let trace = try Trace(name)
        let expected = try trace.expected()
        let (gradients, loss) = trace.gradient()
        for entry in trace.student.layout.entries {
            let ours = gradients.matrix(entry).elements
            guard let theirs = try expected.floats(entry.name) else {
                #expect(ours.allSatisfy { $0 == 0 }, "\(entry.name) has a gradient that autograd does not have")
                continue
            }
            #expect(trace.step.reaches(entry), "\(entry.name)")
            let difference = distance(ours, theirs)
            let largest = distance(theirs, Array(repeating: 0, count: theirs.count))
            try #require(largest.isFinite)
            // The gradient of a key's bias is zero in truth: softmax does not see it.
            let bound = entry.name.hasSuffix("key.bias") ? 1e-6 : 1e-4 * largest + 1e-7
            #expect(difference <= bound, "\(entry.name): \(difference) apart, the largest is \(largest)")
        }
        try agree(loss, expected.doubles("report")!, trace)
    }

    private func agree(_ loss: StudentLoss, _ report: [Double], _ trace: Trace) throws {
        func close(_ terms: LossTerms, _ theirs: ArraySlice<Double>) {
            for (index, ours) in [terms.contrastive, terms.soft, terms.hard].enumerated() {
                let expected = trace.settings.weights[index] == 0 ? 0 : theirs[theirs.startIndex + index]
                #expect((ours - expected).magnitude <= 2e-5 * max(1, expected.magnitude), "term \(index)")
            }
        }
        close(loss.terms, report[0..<3])
        guard trace.settings.perturbation != "off" else {
            #expect(loss.perturbed == nil)
            return
        }
        let perturbed = try #require(loss.perturbed)
        close(perturbed.terms, report[3..<6])
        #expect((perturbed.gradientRatio - report[6]).magnitude <= 1e-4 * report[6])
        let change = perturbed.terms.total(trace.step.weights) - loss.terms.total(trace.step.weights)
        #expect(perturbed.change == change)
    }

    @Test(arguments: ["long-raw", "long-token-raw", "all-raw", "token-raw", "sequence+cls-raw", "probe-raw"])
    func threadsDoNotMatter(name: String) throws {
        let trace = try Trace(name)
        let dropout = Dropout(hiddenRate: 0.1, attentionRate: 0.1, seed: 3, step: 5)
        let (one, first) = trace.gradient(dropout: dropout)
        for count in [2, 3] {
            let (many, second) = trace.gradient(dropout: dropout, on: Workers(count: count))
            #expect(one.flat.elements == many.flat.elements)
            #expect(first == second)
        }
    }

    /// The long trace is of several spans wherever work is split, or it would prove nothing of the sums between them.
    @Test func theLongTraceIsSplit() throws {
        let trace = try Trace("long-raw")
        #expect(trace.batch.tokens.tokenCount.spans(minimum: 48).count > 2)
        #expect(trace.step.configuration.hiddenSize.spans(minimum: 64).count > 1)
        #expect(trace.student.layout.count < 50_000)
    }
}
