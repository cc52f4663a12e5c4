import Corpora
import Distillation
import Features
import Sampling
import TestSupport
import Testing
import Training

@testable import Pipelines

/// What a pipeline's file says, section by section.
@Suite struct SettingsTests {
    @Test func theDefaultsAreThePapers() throws {
        let bench = try Bench()
        let settings = try bench.settings(Bench.least + "distill: {}\n")
        #expect(settings.name == "made-up" && settings.seed == 42)
        #expect(settings.corpus?.descriptor.name == "made-up")
        #expect(settings.corpus?.path == bench.path + "/data" && settings.corpus?.rejectLimit == 100)
        #expect(settings.tokens == TokenSettings(vocabulary: bench.path + "/vocab", maximumLength: 128, shuffleSeed: 0, lowercase: nil))
        #expect(settings.teacher == TeacherSettings(source: .folder(bench.path + "/teacher"), finetune: nil, labels: nil))
        #expect(settings.features.layers == nil && settings.features.tensors == [.hidden, .logits])
        #expect(settings.features.precision == .int8Rotated && settings.features.shardMebibytes == 64)
        let paper = Architecture(layers: 4, hidden: 312, intermediate: 1200, heads: 12, positions: 512, dropout: 0.1)
        #expect(settings.student == StudentSettings(architecture: paper))
        #expect(settings.baseline == nil && settings.evaluate.splits.isEmpty && !settings.exports)

        let distill = try #require(settings.distill)
        #expect(distill.objective.name == "lrc" && distill.lrc.cosine == .sequence && distill.lrc.contrast == NegativePlan(count: 15))
        #expect(distill.lrc.contrastWeight == 0.5 && distill.temperature == 1.1 && distill.perturbation == .raw)
        #expect(distill.lrc.normalisation == .none && distill.lrc.projection == .perLayer && distill.head == nil)
        #expect(distill.epochs == 90 && distill.batchSize == 16 && distill.learningRate == 1e-4)
        #expect(distill.warmup == 0.1 && distill.weightDecay == 0.01 && distill.clip == 1 && distill.checkpointSteps == 200)
        #expect(distill.stages.map(\.share) == [0.8, 0.2])
        #expect(
            distill.stages.map(\.weights) == [LossWeights(contrastive: 1, soft: 0, hard: 0), LossWeights(contrastive: 1, soft: 1, hard: 3)])
    }

    @Test func aTeacherIsTunedWithTheUsualValues() throws {
        let finetune = try #require(Bench().settings(Bench.least, set: ["teacher.finetune={}"]).teacher?.finetune)
        #expect(finetune.epochs == 4 && finetune.batchSize == 32 && finetune.learningRate == 3e-5 && finetune.seed == 0)
        #expect(finetune.warmup == 0.1 && finetune.weightDecay == 0.01 && finetune.clip == 1 && finetune.checkpointSteps == 200)
    }

    @Test func everyKeyOfDataAndTeacherIsRead() throws {
        let bench = try Bench()
        let settings = try bench.settings(
            """
            name: 2nd_run-a.b
            seed: 18446744073709551615
            corpus: { descriptor: corpus.yaml, path: data, rejects: 3 }
            tokens: { vocabulary: vocab/vocab.txt, maxLength: 64, shuffleSeed: 5, lowercase: false }
            teacher:
              model: teacher
              finetune:
                { epochs: 2, batchSize: 8, learningRate: 0.001, warmup: 0.2, weightDecay: 0, clip: 5, seed: 3, checkpointSteps: 50 }
            features: { layers: [2, 1], tensors: [sums, hidden, cls], precision: float16, shardMebibytes: 4 }
            student: { layers: 2, hidden: 12, intermediate: 20, heads: 3, positions: 64, dropout: 0, init: start }
            baseline: { objective: hard }
            evaluate: { splits: [dev, test] }
            export: { format: huggingface }

            """)
        #expect(settings.name == "2nd_run-a.b" && settings.seed == .max)
        #expect(settings.corpus?.rejectLimit == 3)
        #expect(
            settings.tokens
                == TokenSettings(vocabulary: bench.path + "/vocab/vocab.txt", maximumLength: 64, shuffleSeed: 5, lowercase: false))
        var finetune = FinetuneSettings()
        (finetune.epochs, finetune.batchSize, finetune.learningRate, finetune.warmup) = (2, 8, 0.001, 0.2)
        (finetune.weightDecay, finetune.clip, finetune.seed, finetune.checkpointSteps) = (0, 5, 3, 50)
        #expect(settings.teacher == TeacherSettings(source: .folder(bench.path + "/teacher"), finetune: finetune, labels: nil))
        #expect(settings.features.layers == [2, 1] && settings.features.tensors == [.hidden, .cls, .sums])
        #expect(settings.features.precision == .float16 && settings.features.shardMebibytes == 4)
        let architecture = Architecture(layers: 2, hidden: 12, intermediate: 20, heads: 3, positions: 64, dropout: 0)
        #expect(settings.student == StudentSettings(architecture: architecture, start: .folder(bench.path + "/start")))
        #expect(settings.evaluate.splits == ["dev", "test"] && settings.splits == ["train", "dev", "test"])
        #expect(settings.exports)
    }

    @Test func everyKeyOfDistillIsRead() throws {
        let settings = try Bench().settings(
            Bench.least + """
                distill:
                  objective: lrc
                  cosine: cls
                  negatives: { count: 300, from: bank, size: 1000, leaveOut: [label, duplicates] }
                  window: 4
                  contrastWeight: 0.25
                  temperature: 2
                  normalise: centre
                  projection: shared
                  perturbation: { kind: l2, epsilon: 0.5 }
                  epochs: 5
                  batchSize: 6
                  learningRate: 2.0e-3
                  warmup: 0
                  weightDecay: 0.1
                  clip: 2
                  head: idle
                  checkpointSteps: 9
                  stages: [{ share: 0.25, soft: 1 }, { share: 0.75, contrastive: 2, hard: 3 }]

                """)
        var expected = DistillSettings()
        (expected.lrc.cosine, expected.lrc.contrast, expected.lrc.contrastWeight, expected.temperature) = (.cls, NegativePlan(count: 300, source: .bank(size: 1000), leavesOut: [.label, .duplicates]), 0.25, 2)
        expected.window = 4
        (expected.lrc.normalisation, expected.lrc.projection, expected.perturbation) = (.centre, .shared, .l2(0.5))
        (expected.epochs, expected.batchSize, expected.learningRate) = (5, 6, 2e-3)
        (expected.warmup, expected.weightDecay, expected.clip, expected.head, expected.checkpointSteps) = (0, 0.1, 2, .idle, 9)
        expected.stages = [
            DistillSettings.Stage(share: 0.25, weights: LossWeights(contrastive: 0, soft: 1, hard: 0)),
            DistillSettings.Stage(share: 0.75, weights: LossWeights(contrastive: 2, soft: 0, hard: 3)),
        ]
        #expect(settings.distill == expected)
    }

    @Test(arguments: [
        ("off", Perturbation.off), ("raw", .raw), ("l2", .l2(1)), ("sign", .sign(1)), ("{ kind: sign, epsilon: 0.25 }", .sign(0.25)),
        ("{ kind: off }", .off),
    ]) func aPerturbationIsAWordOrAMapping(_ written: String, _ perturbation: Perturbation) throws {
        #expect(try Bench().settings(Bench.least + "distill: { perturbation: \(written) }\n").distill?.perturbation == perturbation)
    }

    @Test(arguments: [(1, HeadKind.probe), (19, .probe), (20, .idle), (90, .idle)])
    func aShortRunTrainsItsHeadFromTheStart(_ epochs: Int, _ head: HeadKind) throws {
        let bench = try Bench()
        #expect(try bench.settings(Bench.least, set: ["distill.epochs=\(epochs)"]).distill?.resolvedHead == head)
        for stated in HeadKind.allCases {
            let settings = try bench.settings(Bench.least, set: ["distill.epochs=\(epochs)", "distill.head=\(stated.rawValue)"])
            #expect(settings.distill?.resolvedHead == stated)
        }
    }

    @Test func theClassesOfATeacherCanBeStated() throws {
        #expect(try Bench().settings(Bench.least, set: ["teacher.labels=[spam, ham]"]).teacher?.labels == ["spam", "ham"])
    }

    // MARK: What one section takes from another

    @Test func aBaselineBeginsWithWhatDistillSays() throws {
        let distill = "distill: { epochs: 5, batchSize: 7, cosine: mean, perturbation: l2, head: idle }\n"
        let baseline = try #require(try Bench().settings(Bench.least + distill + "baseline: { batchSize: 8 }\n").baseline)
        #expect(baseline.objective.name == "lrc" && baseline.epochs == 5 && baseline.batchSize == 8)
        #expect(baseline.lrc.cosine == .mean && baseline.perturbation == .l2(1))
        #expect(baseline.head == .idle)
    }

    @Test func aBaselineWithoutATeacherIsNotPerturbed() throws {
        let bench = try Bench()
        #expect(try bench.settings(Bench.least + "distill: {}\nbaseline: { objective: hard }\n").baseline?.perturbation == .off)
        #expect(try bench.settings(Bench.least + "baseline: {}\n").baseline == DistillSettings())
    }

    @Test(arguments: [
        ("", false), ("features: {}", true), ("distill: {}", true), ("distill: { objective: hard }", false), ("baseline: { objective: hard }", false),
        ("distill: { objective: hard }\nbaseline: { objective: lrc }", true), ("distill: { objective: hard }\nfeatures: {}", true),
    ]) func theTeacherRunsWhereItsStatesAreAskedFor(_ sections: String, _ isNeeded: Bool) throws {
        #expect(try Bench().settings(Bench.least + sections + "\n").needsFeatures == isNeeded)
    }

    @Test func theVocabularyIsTheTeachersWhereNoneIsNamed() throws {
        let bench = try Bench()
        let corpus = "corpus: { descriptor: corpus.yaml, path: data }\n"
        #expect(try bench.settings(corpus + "teacher: { model: teacher }\n").tokens.vocabulary == bench.path + "/teacher")
        #expect(try bench.settings(corpus + "teacher: { model: teacher }\ntokens: { maxLength: 9 }\n").tokens.vocabulary == bench.path + "/teacher")
        let random = "teacher: { architecture: { layers: 1, hidden: 8, intermediate: 8, heads: 2 }, finetune: {} }\n"
        #expect(refusal { try bench.settings(corpus + random) }.contains("made-up.yaml:1:1: tokens.vocabulary: is missing"))
        #expect(refusal { try bench.settings(corpus + random + "tokens: {}\n") }.contains("made-up.yaml:3:9: tokens.vocabulary: is missing"))
    }

    @Test func aTeacherOfRandomWeightsHasAnArchitecture() throws {
        let settings = try Bench().settings(
            """
            corpus: { descriptor: corpus.yaml, path: data }
            tokens: { vocabulary: vocab }
            teacher: { architecture: { layers: 1, hidden: 8, intermediate: 9, heads: 2, positions: 16, dropout: 0.5 }, finetune: {} }

            """)
        let architecture = Architecture(layers: 1, hidden: 8, intermediate: 9, heads: 2, positions: 16, dropout: 0.5)
        #expect(settings.teacher?.source == .random(architecture))
    }

    @Test func aRunIsNamedAfterItsFile() throws {
        let bench = try Bench()
        #expect(try bench.settings(Bench.least, named: "nightly.v2.yaml").name == "nightly")
        #expect(try bench.settings(Bench.least + "name: x\n", named: "nightly.yaml").name == "x")
    }

    @Test(arguments: ["\"\"", "../x", "a b", ".hidden", "-x", "a/b", "é"]) func aNameThatIsNoFolderIsRefused(_ name: String) throws {
        #expect(refusal { try Bench().settings("name: \(name)\n" + Bench.least) }.contains("made-up.yaml:1:7: name: "))
    }

    // MARK: The corpus

    @Test func theFolderBesideADescriptorIsThatOfItsFiles() throws {
        let bench = try Bench()
        let rest = "tokens: { vocabulary: vocab }\nteacher: { model: teacher }\n"
        try bench.write(Bench.descriptor, "mail/letters.yaml")
        let pipeline = "corpus: { descriptor: mail/letters.yaml }\n" + rest
        #expect(
            refusal { try bench.settings(pipeline) }
                == "\(bench.path)/made-up.yaml:1:9: corpus.path: is missing; give the folder that holds the files of 'mail/letters.yaml'")
        try bench.write(Bench.table, "mail/letters/train.tsv")
        #expect(try bench.settings(pipeline).corpus?.path == bench.path + "/mail/letters")
    }

    @Test(arguments: ["glue/mrpc", "glue/MRPC", "glue/sst2", "glue/sts-b"]) func tasksOfGLUENeedNoFile(_ name: String) throws {
        let settings = try Bench().settings(
            "corpus: { descriptor: \(name), path: data }\nteacher: { model: teacher }\ntokens: { vocabulary: vocab }\n")
        #expect(settings.corpus?.descriptor == GLUETask(named: String(name.dropFirst(5)))?.descriptor)
    }

    @Test(arguments: [
        ("splits: { train: train.tsv }\nname: x\n", "'columns' is missing"),
        ("name: x\nsplits: { train: a }\ncolumns: { text: t }\ndelimiter: \";\"\n", "'delimiter' is unknown"),
        ("name: x\nsplits: [a]\ncolumns: { text: t }\n", "'splits': "),
        ("name: x\nsplits: { train: a }\ncolumns: { text: t, label: l }\n", "descriptor 'x': labels is missing"),
    ]) func aDescriptorThatIsWrongIsNamed(_ text: String, _ says: String) throws {
        let bench = try Bench()
        try bench.write(text, "corpus.yaml")
        let message = refusal { try bench.settings(Bench.least) }
        #expect(message.contains(says) && (message.contains("\(bench.path)/corpus.yaml: ") || says.hasPrefix("descriptor")), "\(message)")
    }
}
