import Foundation
import Testing

/// Stages that learn from text without labels.
@Suite struct TransferTests {
    private static let pipeline = """
        extends: tiny.yaml
        name: transferred
        transfer: [{ descriptor: tiny-corpus.yaml, path: data, split: train }, { descriptor: tiny-corpus.yaml, path: data, split: test }]
        distill: { stages: [{ share: 0.5, states: 1, from: transfer }, { share: 0.5, states: 1, soft: 1, hard: 3 }] }

        """

    private func workshop() throws -> Workshop {
        let workshop = try Workshop()
        try workshop.write(Self.pipeline, "transferred.yaml")
        return workshop
    }

    @Test func aStageLearnsFromOtherText() throws {
        let workshop = try workshop()
        let estimate = try workshop.run("run", "transferred.yaml", "--dry-run").out
        #expect(estimate.contains("transfer-features") && estimate.components(separatedBy: "on disk").count == 3, "\(estimate)")
        let outcome = try workshop.run("run", "transferred.yaml", "--progress", "none")
        #expect(outcome.code == 0 && outcome.out.contains("distilled"), "\(outcome.err)")
        for stage in ["transfer", "transfer-features"] {
            let shown = try workshop.run("inspect", "runs/transferred/\(stage)/train")
            #expect(shown.code == 0, "\(stage): \(shown.err)")
        }
        let history = String(decoding: try workshop.data("runs/transferred/distill/history.jsonl"), as: UTF8.self).split(separator: "\n")
        // The steps are those of the examples: 48 in batches of 8, three times.
        #expect(history.count == 48 / 8 * 3)

        // What the teacher says of the examples, and what learns from it alone, is that of the pipeline without.
        #expect(try workshop.run("run", "tiny.yaml", "--progress", "none").code == 0)
        for stage in ["features", "baseline"] {
            let links = try ["transferred", "tiny"].map { try FileManager.default.destinationOfSymbolicLink(atPath: workshop.folder + "/runs/\($0)/\(stage)") }
            #expect(links[0] == links[1], "\(stage)")
        }
        #expect(try workshop.data("runs/transferred/distill/model.safetensors") != workshop.data("runs/tiny/distill/model.safetensors"))

        let again = try self.workshop()
        #expect(try again.run("run", "transferred.yaml", "--progress", "none", "--threads", "1", "--until", "transfer").code == 0)
        #expect(try again.run("run", "transferred.yaml", "--progress", "none", "--threads", "1").code == 0)
        #expect(try workshop.data("runs/transferred/distill/model.safetensors") == again.data("runs/transferred/distill/model.safetensors"))
    }

    /// COS-NCE and the loss that is weighted by it, both of the text that the first stage learns from.
    @Test(arguments: ["states: 1, soft: 1, hard: 3", "soft: 1, hard: 3"])
    func gradientsAreMatchedOnOtherText(_ last: String) throws {
        let workshop = try workshop()
        func weight(_ pipeline: String, _ stages: String) throws -> Double {
            let settings = "distill={ objective: mse, matchGradient: true, epochs: 1, stages: [\(stages)] }"
            let outcome = try workshop.run("run", pipeline, "--progress", "lines", "--until", "distill", "--set", settings)
            #expect(outcome.code == 0, "\(outcome.err)")
            let note = try #require(outcome.err.firstMatch(of: /the loss of states is weighted ([0-9.e+-]+), so/), "\(outcome.err)")
            return try #require(Double(note.1))
        }
        let onOtherText = try weight("transferred.yaml", "{ share: 0.5, states: 1, from: transfer }, { share: 0.5, \(last) }")
        let onExamples = try weight("tiny.yaml", "{ share: 1, states: 1, soft: 1, hard: 3 }")
        // The texts are alike, so that the weights are; a loss that is matched with itself has 1.
        #expect(onExamples > 3 && onOtherText > 3, "\(onOtherText), and \(onExamples) on the examples")
    }

    /// The examples, which are compared with nothing, have no documents; the other text has.
    @Test func documentsOfOtherTextAreLeftOut() throws {
        let workshop = try workshop()
        let stages = "[{ share: 0.5, states: 1, from: transfer }, { share: 0.5, soft: 1, hard: 3 }]"
        let settings = "distill={ epochs: 1, negatives: { leaveOut: [document] }, stages: \(stages) }"
        let outcome = try workshop.run("run", "transferred.yaml", "--progress", "none", "--until", "distill", "--set", settings)
        #expect(outcome.code == 0 && workshop.exists("runs/transferred/distill/model.safetensors"), "\(outcome.err)")
    }

    @Test(arguments: [
        (["transfer=[]"], "transfer: is empty"),
        (["distill.stages=[{ share: 1, states: 1, soft: 1 }]"], "is used by no stage"),
        (["distill.stages=[{ share: 1, states: 1, hard: 1, from: transfer }]"], "needs labels, and a transfer set has none"),
        (["distill.stages=[{ share: 1, states: 1, from: tests }]"], "'tests' is unknown"),
        (["corpus=[{ descriptor: tiny-corpus.yaml, path: data }]"], "texts alone, to which it can be added"),
        (["transfer=[{ descriptor: tiny-corpus.yaml, path: data, split: dew }]"], "no split 'dew'"),
    ])
    func whatHasNoUseIsRefused(settings: [String], problem: String) throws {
        let workshop = try workshop()
        let outcome = try Command.run(["run", "transferred.yaml", "--dry-run"] + settings.flatMap { ["--set", $0] }, in: workshop.folder)
        #expect(outcome.code == 64 && outcome.err.contains(problem), "\(outcome.code) \(outcome.err)")
    }

    @Test func aStageNeedsItsSet() throws {
        let workshop = try workshop()
        let outcome = try workshop.run("run", "tiny.yaml", "--dry-run", "--set", "distill.stages=[{ share: 1, states: 1, from: transfer }]")
        #expect(outcome.code == 64 && outcome.err.contains("has a stage of a transfer set, which is missing"), "\(outcome.err)")
    }
}
