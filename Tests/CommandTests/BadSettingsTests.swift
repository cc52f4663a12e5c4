import Foundation
import Testing

/// A pipeline with one thing wrong: the exit code, and what the message must say.
struct BadSetting: Sendable, CustomTestStringConvertible {
    var name: String
    var old: String
    var new: String
    var says: [String]
    var code: Int32 = 64

    var testDescription: String { name }
}

@Suite struct BadSettingsTests {
    private static let student = "student: { layers: 1, hidden: 8, intermediate: 16, heads: 2, positions: 16 }\n"

    static let cases = [
        BadSetting(name: "unknown key", old: "distill: { epochs: 3", new: "distill: { epoch: 3", says: ["tiny.yaml:9:", "distill.epoch", "did you mean 'epochs'"]),
        BadSetting(name: "unknown section", old: "student:", new: "studnet:", says: ["tiny.yaml:8:1", "'student'"]),
        BadSetting(name: "wrong type", old: "maxLength: 12", new: "maxLength: long", says: ["tiny.yaml:3:", "tokens.maxLength", "not a whole number"]),
        BadSetting(name: "list for a value", old: "maxLength: 12", new: "maxLength: [12]", says: ["tokens.maxLength", "one value"]),
        BadSetting(name: "out of range", old: "batchSize: 8, learningRate", new: "batchSize: 0, learningRate", says: ["distill.batchSize", "1...4096"]),
        BadSetting(name: "missing variable", old: "path: data", new: "path: \"${NOT_SET}/data\"", says: ["tiny.yaml:2:", "NOT_SET", "export NOT_SET="]),
        BadSetting(name: "unknown word", old: "epochs: 3, batchSize: 8, learningRate: 5.0e-3, checkpointSteps: 2 }\nbaseline", new: "cosine: sequnce }\nbaseline", says: ["distill.cosine", "did you mean 'sequence'"]),
        BadSetting(name: "absent descriptor", old: "tiny-corpus.yaml", new: "other.yaml", says: ["corpus.descriptor", "other.yaml"]),
        BadSetting(name: "unknown task", old: "tiny-corpus.yaml", new: "glue/mrcp", says: ["mrcp", "'MRPC'"]),
        BadSetting(name: "absent folder", old: "path: data", new: "path: dta", says: ["corpus.path", "dta"]),
        BadSetting(name: "broken YAML", old: "export: {", new: "export: {{", says: ["tiny.yaml", "line"]),
        BadSetting(name: "key twice", old: "name: tiny", new: "name: tiny\nname: tiny", says: ["tiny.yaml", "'name'", "twice"]),
        BadSetting(name: "shares", old: "baseline: {", new: "baseline: { stages: [{ share: 0.5, hard: 1 }], ", says: ["baseline.stages", "0.5"]),
        BadSetting(name: "heads", old: "intermediate: 16, heads: 2", new: "intermediate: 16, heads: 3", says: ["student.heads", "does not divide"]),
        BadSetting(name: "layers", old: "distill: { epochs: 3", new: "distill: { layers: [1, 2], epochs: 3", says: ["distill.layers", "one for each"]),
        BadSetting(name: "layer beyond the teacher", old: "layers: uniform", new: "layers: [3]", says: ["features.layers", "layer 3", "2"]),
        BadSetting(name: "unknown split", old: "splits: [dev]", new: "splits: [devel]", says: ["evaluate.splits", "devel", "dev"]),
        BadSetting(name: "no teacher", old: "  architecture:", new: "  labels: [a]\n  architectur:", says: ["teacher.model", "missing"]),
        BadSetting(name: "circle", old: "name: tiny", new: "extends: tiny.yaml", says: ["circle"]),
        BadSetting(name: "extends nothing", old: "name: tiny", new: "extends: base.yaml", says: ["extends", "base.yaml"]),
        BadSetting(
            name: "a student that nothing trains",
            old: "features: { layers: uniform }\n" + student + "distill: { epochs: 3, batchSize: 8, learningRate: 5.0e-3, checkpointSteps: 2 }\n"
                + "baseline: { objective: hard }\nevaluate: { splits: [dev] }\nexport: { format: huggingface }\n",
            new: student, says: ["tiny.yaml:7:", "student", "has no use without `distill` or `baseline`"]),
        BadSetting(
            name: "a contrast with nothing", old: "distill: { epochs: 3", new: "distill: { objective: infonce, negatives: { count: 0 }, epochs: 3",
            says: ["tiny.yaml:9:", "distill.negatives.count", "1 at least"]),
        BadSetting(name: "folder name", old: "name: tiny", new: "name: ../tiny", says: ["name", "folder"]),
    ]

    @Test(arguments: cases)
    func areRefused(_ setting: BadSetting) throws {
        let workshop = try Workshop()
        #expect(Workshop.pipeline.contains(setting.old), "the case changes something")
        try workshop.write(Workshop.pipeline.replacingOccurrences(of: setting.old, with: setting.new), "tiny.yaml")
        let outcome = try workshop.run("run", "tiny.yaml")
        #expect(outcome.code == setting.code, "\(outcome.err)")
        #expect(outcome.out.isEmpty)
        for words in setting.says { #expect(outcome.err.contains(words), "\(outcome.err)") }
        #expect(!workshop.exists("runs/.stages"), "nothing was begun")
    }

    static let commandLines: [([String], [String], Int32)] = [
        (["run", "absent.yaml"], ["absent.yaml", "no such file"], 1),
        (["run", "tiny.yaml", "--set", "distill.epochs"], ["KEY=VALUE"], 64),
        (["run", "tiny.yaml", "--set", "distil.epochs=2"], ["did you mean 'distill'"], 64),
        (["run", "tiny.yaml", "--until", "features2"], ["--until", "features"], 64),
        (["run", "tiny.yaml", "--threads", "0"], ["--threads"], 64),
        (["run", "tiny.yaml", "--no-such"], ["--no-such"], 64),
        (["run"], ["pipeline.yaml"], 64),
        (["tokenize", "--vocabulary", "vocab"], ["--lines", "--pairs", "--task"], 64),
        (["evaluate", "--model", "vocab", "--task", "MRPC"], ["--path"], 64),
        (["predict", "--model", "vocab", "--lines", "-"], ["config.json"], 1),
        (["features", "--model", "vocab", "--output", "cache"], ["--lines", "--task"], 64),
        (["distill", "--teacher", "nowhere", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--output", "s"], ["teacher.model", "nowhere"], 64),
        (["distill", "--teacher", "vocab", "--descriptor", "tiny-corpus.yaml", "--path", "data", "--output", "s", "--student", "4,312"], ["--student"], 64),
        (["inspect", "data"], ["data", "neither tokens, features nor a model"], 1),
        (["inspect", "absent"], ["absent", "no such"], 1),
        (["verify", "data"], ["data", "manifest.json"], 1),
    ]

    @Test(arguments: commandLines)
    func commandLinesAreRefused(_ arguments: [String], _ says: [String], _ code: Int32) throws {
        let workshop = try Workshop()
        let outcome = try Command.run(arguments, in: workshop.folder)
        #expect(outcome.code == code, "\(outcome.err)")
        #expect(outcome.out.isEmpty)
        for words in says { #expect(outcome.err.contains(words), "\(outcome.err)") }
    }
}
