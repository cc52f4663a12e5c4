import Features
import TestSupport
import Testing
import Training

@testable import Pipelines

/// Settings laid over others: `extends`, and `--set` over both.
@Suite struct OverlayTests {
    private func canonical(_ base: String, _ over: String) throws -> String {
        func tree(_ text: String) throws -> SettingTree { try SettingTree(yaml: text, file: "made-up.yaml", environment: [:]) }
        return try tree(base).overlaid(with: tree(over)).canonical
    }

    @Test(arguments: [
        ("a: 1\nb: 2", "b: 3", #"{"a":"1","b":"3"}"#), ("a: { b: 1, c: 2 }", "a: { c: 3, d: 4 }", #"{"a":{"b":"1","c":"3","d":"4"}}"#),
        // All but mappings is replaced as a whole.
        ("a: [1, 2, 3]", "a: [4]", #"{"a":["4"]}"#), ("a: { b: 1 }", "a: 2", #"{"a":"2"}"#), ("a: raw", "a: { kind: l2 }", #"{"a":{"kind":"l2"}}"#),
        ("a: 1", "{}", #"{"a":"1"}"#),
    ]) func mappingsAreMergedKeyByKey(_ base: String, _ over: String, _ result: String) throws {
        #expect(try canonical(base, over) == result)
    }

    // MARK: extends

    @Test func pathsAreRelativeToTheFileThatNamesThem() throws {
        let bench = try Bench()
        try bench.write(
            """
            corpus: { descriptor: ../corpus.yaml, path: ../data }
            tokens: { vocabulary: ../vocab, maxLength: 64, shuffleSeed: 5 }
            teacher: { model: ../teacher }

            """, "bases/base.yaml")
        let settings = try bench.settings("extends: bases/base.yaml\ntokens: { maxLength: 9, vocabulary: vocab/vocab.txt }\n")
        #expect(settings.corpus?.path == bench.path + "/bases/../data")
        #expect(settings.tokens == TokenSettings(vocabulary: bench.path + "/vocab/vocab.txt", maximumLength: 9, shuffleSeed: 5))
        // The folder of a run is named after the file that is run.
        #expect(settings.name == "made-up")
        #expect(!settings.canonical.contains("extends"))
    }

    @Test func aFileMayExtendOneThatExtendsAnother() throws {
        let bench = try Bench()
        try bench.write(Bench.least + "seed: 1\nname: base\n", "a.yaml")
        try bench.write("extends: \"${BASE}.yaml\"\nseed: 2\ndistill: { epochs: 5, batchSize: 3 }\n", "b.yaml")
        let settings = try bench.settings("extends: b.yaml\ndistill: { epochs: 6 }\n", environment: ["BASE": "a"])
        #expect(settings.name == "base" && settings.seed == 2)
        #expect(settings.distill?.epochs == 6 && settings.distill?.batchSize == 3)
    }

    @Test func aMistakeInABaseIsFoundThere() throws {
        let bench = try Bench()
        try bench.write(Bench.least + "distill: { epoch: 3 }\n", "base.yaml")
        let text = refusal { try bench.settings("extends: base.yaml\ndistill: { batchSize: 3 }\n") }
        #expect(text.hasPrefix("\(bench.path)/base.yaml:4:12: distill.epoch: unknown key"))
    }

    /// The keys of the loss that it puts aside stand in the base.
    @Test func anOverlayMayPutTheTeacherAside() throws {
        let bench = try Bench()
        try bench.write(Bench.least + "distill: { cosine: cls, temperature: 2, epochs: 5 }\n", "base.yaml")
        let distill = try #require(try bench.settings("extends: base.yaml\ndistill: { objective: hard }\n").distill)
        #expect(distill.objective.name == "hard" && distill.epochs == 5)
    }

    @Test(arguments: [["made-up"], ["a", "made-up"], ["a", "b", "a"]]) func aCircleIsAnError(_ names: [String]) throws {
        let bench = try Bench()
        for (name, next) in zip(names, names.dropFirst()) { try bench.write("extends: \(next).yaml\n", "\(name).yaml") }
        let text = refusal { try bench.settings(Bench.least + "extends: \(names[0]).yaml\n") }
        #expect(text.hasSuffix(".yaml: 'extends' goes in a circle"), "\(text)")
    }

    @Test func aChainIsNoCircle() throws {
        let bench = try Bench()
        try bench.write(Bench.least, "base1.yaml")
        for link in 2...7 { try bench.write("extends: base\(link - 1).yaml\n", "base\(link).yaml") }
        #expect(refusal { try bench.settings("extends: base7.yaml\n") } == "")
    }

    @Test func aBaseThatIsAbsentOrNoFileIsNamed() throws {
        let bench = try Bench()
        let place = "\(bench.path)/made-up.yaml"
        #expect(
            refusal { try bench.settings("name: x\nextends: bases/other.yaml\n") }
                == "\(place):2:10: extends: there is no file '\(bench.path)/bases/other.yaml'")
        #expect(refusal { try bench.settings("extends: [a.yaml]\n") } == "\(place):1:10: extends: give the name of a YAML file")
        try bench.write("", "empty.yaml")
        #expect(refusal { try bench.settings("extends: empty.yaml\n") } == "\(bench.path)/empty.yaml: it is empty")
    }

    // MARK: --set

    @Test func assignmentsReachNestedKeysAndMakeSections() throws {
        let settings = try Bench().settings(
            Bench.least,
            set: ["seed=7", "distill.negatives.count=3", "teacher.finetune.epochs=2", "evaluate.splits=[dev, test]", "features={precision: float16}"])
        #expect(settings.seed == 7)
        #expect(settings.distill?.lrc.contrast.count == 3)
        #expect(settings.teacher?.finetune?.epochs == 2)
        #expect(settings.evaluate.splits == ["dev", "test"])
        #expect(settings.features.precision.rawValue == "float16")
    }

    @Test func theLaterAssignmentWins() throws {
        let settings = try Bench().settings(
            Bench.least + "distill: { epochs: 2, batchSize: 4 }\n", set: ["distill.epochs=3", "distill={epochs: 5}", "distill.epochs=4"])
        #expect(settings.distill?.epochs == 4)
        #expect(settings.distill?.batchSize == 4)
    }

    @Test func assignmentsStandOverWhatIsExtended() throws {
        let bench = try Bench()
        try bench.write(Bench.least + "distill: { epochs: 2 }\n", "base.yaml")
        #expect(try bench.settings("extends: base.yaml\ndistill: { epochs: 3 }\n", set: ["distill.epochs=4"]).distill?.epochs == 4)
    }

    @Test func assignmentsMayNameVariables() throws {
        let bench = try Bench()
        #expect(try bench.settings(Bench.least, set: ["name=${RUN}"], environment: ["RUN": "night"]).name == "night")
        let text = refusal { try bench.settings(Bench.least, set: ["name=${RUN}"]) }
        #expect(text.hasPrefix("--set name=${RUN}") && text.contains("'RUN' is not set"), "\(text)")
        #expect(refusal { try bench.settings(Bench.least, set: ["name='${RUN}'"]) }.contains("'${RUN}' cannot name a folder"))
    }

    /// What is no assignment is refused whole; what assigns a wrong value is named with its key.
    @Test(arguments: [
        ("distill.epochs", ["write KEY=VALUE"]), ("=3", ["write KEY=VALUE"]), ("distill.stages=[{", ["the value is not YAML"]),
        ("distill.stages.0.share=1", ["distill.stages: a list is asked for"]),
        ("tokens.maxLength=long", ["tokens.maxLength: 'long' is not a whole number"]),
        ("tokens.maxLength=", ["tokens.maxLength: '' is not a whole number"]),
        ("distil.epochs=3", ["distil: unknown key", "did you mean 'distill'?"]),
        ("distill.epoch=3", ["distill.epoch: unknown key", "did you mean 'epochs'?"]), ("distill..epochs=3", ["distill.: unknown key"]),
        ("tokens=3", ["tokens: a mapping of keys to values is asked for"]), ("name=a=b", ["name: 'a=b' cannot name a folder"]),
        ("extends=base.yaml", ["extends: unknown key"]),
    ]) func assignmentsThatAreWrongAreNamed(_ assignment: String, _ says: [String]) throws {
        let text = refusal { try Bench().settings(Bench.least, set: ["seed=1", assignment]) }
        #expect(text.hasPrefix("--set \(assignment)"), "\(text)")
        for words in says { #expect(text.contains(words), "\(text)") }
    }

    // MARK: Command lines

    @Test func valuesOfACommandLineAreTextAndLieBelowItsAssignments() throws {
        let bench = try Bench()
        let values = [
            ("corpus.descriptor", "corpus.yaml"), ("corpus.path", "data"), ("tokens.vocabulary", "vocab"), ("teacher.model", "teacher"),
        ].map { (key: $0.0, value: bench.path + "/" + $0.1) }
        func settings(_ more: [(key: String, value: String)], _ overrides: [String] = []) throws -> PipelineSettings {
            try PipelineSettings(values + more, overrides: overrides, environment: ["X": "v"])
        }
        let found = try settings([("distill.epochs", "2"), ("distill.batchSize", "4")], ["distill.epochs=3"])
        #expect(found.name == "run")
        #expect(found.distill?.epochs == 3 && found.distill?.batchSize == 4)
        #expect(refusal { try settings([("name", "${X}")]) }.contains("'${X}' cannot name a folder"))
        #expect(refusal { try settings([("tokens.maxLength", "long")]) } == "command line: tokens.maxLength: 'long' is not a whole number")
    }
}
