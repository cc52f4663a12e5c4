import Foundation
import Testing

/// What a YAML file is taken for, and what it may leave out.
@Suite struct PipelineFileTests {
    private static let table = "name: table\npipeline: tiny.yaml\ntasks: { first: {} }\nsystems: { lrc: {} }\n"

    @Test(arguments: [
        (["run", "table.yaml"], "it is a table of pipelines; run it by `limbeck compare`"),
        (["run", "tiny-corpus.yaml"], "it describes a corpus; name it in a pipeline"),
        (["compare", "tiny.yaml"], "it is a pipeline, not a table of them; run it by `limbeck run`"),
    ])
    func aFileOfAnotherKindIsNamed(_ arguments: [String], _ says: String) throws {
        let workshop = try Workshop()
        try workshop.write(Self.table, "table.yaml")
        let outcome = try Command.run(arguments + ["--dry-run"], in: workshop.folder)
        #expect(outcome.code == 64 && outcome.err.contains("\(arguments[1]): \(says)"), "\(outcome.code) \(outcome.err)")
    }

    /// Some editors put one before the text.
    @Test func aByteOrderMarkIsNoText() throws {
        let workshop = try Workshop()
        let plain = try workshop.run("run", "tiny.yaml", "--dry-run")
        try workshop.write(Data([0xEF, 0xBB, 0xBF]) + Data(Workshop.pipeline.utf8), "tiny.yaml")
        try workshop.write(Data([0xEF, 0xBB, 0xBF]) + Data(Workshop.descriptor.utf8), "tiny-corpus.yaml")
        let marked = try workshop.run("run", "tiny.yaml", "--dry-run")
        #expect(marked.code == 0 && marked.out == plain.out, "\(marked.err)")
    }

    @Test func aSectionWithNothingInItTakesTheDefaults() throws {
        let workshop = try Workshop()
        let section = "distill: { epochs: 3, batchSize: 8, learningRate: 5.0e-3, checkpointSteps: 2 }\n"
        try #require(Workshop.pipeline.contains(section))
        func plans(_ text: String) throws -> Outcome {
            try workshop.write(Workshop.pipeline.replacingOccurrences(of: section, with: text), "tiny.yaml")
            return try workshop.run("run", "tiny.yaml", "--dry-run")
        }
        let (bare, empty) = (try plans("distill:\n"), try plans("distill: {}\n"))
        #expect(bare.code == 0 && bare.out == empty.out && bare.out.contains("distill"), "\(bare.err)")
    }
}
