import BERT
import Distillation
import Features
import Kernels
import Records
import Synchronization
import TestSupport
import Testing
import Tokens

@testable import Training

/// A small teacher, its cache, and a student to train from it.
struct Setup {
    static let labels = LabelSet.categories(["no", "yes"])
    static let teacher = BERTModel(
        random: BERTConfiguration(
            vocabularySize: 40, hiddenSize: 12, layerCount: 3, headCount: 3, intermediateSize: 16, maximumPositions: 16,
            initializerRange: 0.3, labelNames: ["no", "yes"]),
        seed: 5)
    static let configuration = BERTConfiguration(
        vocabularySize: 40, hiddenSize: 8, layerCount: 2, headCount: 2, intermediateSize: 12, maximumPositions: 16,
        labelNames: ["no", "yes"])
    static let sequences = (0..<22).map { row in
        let length = 2 + row * 5 % 9
        return TokenSequence(ids: (0..<length).map { Int32((row * 13 + $0 * 7) % 40) }, types: Array(repeating: 0, count: length))
    }
    /// The first token tells.
    static let categories = sequences.map { $0.ids[0] < 16 ? 1 : 0 }

    static var examples: Examples {
        var examples = Examples(labels: .categories(categories))
        for sequence in sequences { examples.append(ids: sequence.ids, types: sequence.types) }
        return examples
    }

    static func cache(_ folder: String) throws -> FeatureCache {
        let source = FeatureSource(columns: TokenColumns.columns(labels), lengths: sequences.map(\.ids.count)) { row in
            (sequences[row], TokenColumns.bytes(sequences[row], label: .category(categories[row]), exampleID: row, labels: labels))
        }
        return try FeatureExtraction(
            model: teacher, specification: FeatureSpecification(layers: [2, 3], precision: .bfloat16, of: teacher), workers: .one
        ).run(source, fingerprints: [:], labels: labels, into: folder)
    }

    /// Other text, without labels, and what the teacher says of it.
    ///
    /// - Parameter documents: whether each sequence says of which document it is.
    static func transfer(_ folder: String, documents: Bool = false) throws -> TrainingSet {
        var other = Examples()
        let sequences = [5, 3, 1, 8, 13].map { Self.sequences[$0] }
        for sequence in sequences { other.append(ids: sequence.ids, types: sequence.types) }
        let source = FeatureSource(columns: TokenColumns.columns(.none, hasDocuments: documents), lengths: other.lengths) { row in
            let document = documents ? Int32(row / 2) : nil
            return (sequences[row], TokenColumns.bytes(sequences[row], label: .none, exampleID: row, document: document, labels: .none))
        }
        let features = try FeatureExtraction(
            model: teacher, specification: FeatureSpecification(layers: [2, 3], precision: .bfloat16, of: teacher), workers: .one
        ).run(source, fingerprints: [:], labels: .none, into: folder)
        return TrainingSet(other, features)
    }

    /// Two stages of three epochs of six steps, the last batch of an epoch short.
    static func plan(probe: Bool = false) -> TrainingPlan {
        TrainingPlan(
            objective: LRCObjective(layers: [2, 3]),
            stages: [
                .init(
                    share: 0.5, weights: LossWeights(contrastive: 1, soft: 0, hard: 0),
                    probe: probe ? LossWeights(contrastive: 0, soft: 1, hard: 3) : nil),
                .init(share: 0.5, weights: LossWeights(contrastive: 1, soft: 1, hard: 3)),
            ],
            perturbation: .raw, negatives: NegativePlan(count: 3), epochs: 3, batchSize: 4, learningRate: 1e-2, seed: 9)
    }

    static func student(_ seed: UInt64 = 9) -> Parameters {
        let student = Parameters(layout: ParameterLayout(student: configuration, objective: LRCObjective(layers: [2, 3]), teacherWidth: 12))
        student.initialise(range: 0.02, seed: seed)
        return student
    }

    static func trainer(
        _ plan: TrainingPlan, _ cache: FeatureCache?, transfer: TrainingSet? = nil, checkpoint: (String, Int)? = nil, threads: Int = 1,
        stopsAfter steps: Int = .max
    ) throws -> Trainer {
        let asked = Asked(steps)
        return try Trainer(
            plan: plan, configuration: configuration, set: TrainingSet(examples, cache), transfer: transfer, checkpoint: checkpoint,
            stage: "distill", observer: WorkObserver(isInterrupted: { asked.isOver }), workers: Workers(count: threads))
    }

    /// Says yes once it was asked so often.
    final class Asked: Sendable {
        private let left: Atomic<Int>
        init(_ count: Int) { left = Atomic(count) }
        var isOver: Bool { left.wrappingSubtract(1, ordering: .relaxed).oldValue <= 0 }
    }
}

@Suite struct TrainerTests {
    /// Stopped at every step, once by a saved state and once as by a kill, and begun again: the same bits and the same history.
    @Test(arguments: [false, true])
    func resumesExactly(probe: Bool) throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let plan = Setup.plan(probe: probe)
        let whole = Setup.student()
        let history = try Setup.trainer(plan, cache).train(whole).history
        #expect(history.count == 18 && history.map(\.step) == Array(0..<18))
        for step in 1..<18 {
            let file = folder.path + "/state-\(step)"
            #expect(throws: TrainingError.interrupted(step: step)) {
                try Setup.trainer(plan, cache, checkpoint: (file, 5), stopsAfter: step).train(Setup.student())
            }
            let student = Setup.student(0)
            #expect(try Setup.trainer(plan, cache, checkpoint: (file, 5)).train(student).history == history)
            #expect(student.flat.elements == whole.flat.elements, "step \(step)")
        }
        // A kill leaves the last regular checkpoint, some steps old.
        let file = folder.path + "/killed"
        _ = try? Setup.trainer(plan, cache, checkpoint: (file, 7), stopsAfter: 7).train(Setup.student())
        let student = Setup.student(0)
        #expect(try Setup.trainer(plan, cache, checkpoint: (file, 7)).train(student).history == history)
        #expect(student.flat.elements == whole.flat.elements)
    }

    /// Each set is visited in an order of its own, wherever its stages stand.
    @Test func stepsOfASetAreCounted() {
        var plan = Setup.plan()
        plan.stages = [(0.2, false), (0.3, true), (0.2, false), (0.3, true)].map { share, usesTransfer in
            .init(share: share, weights: LossWeights(contrastive: 1, soft: 0, hard: 0), usesTransfer: usesTransfer)
        }
        let places = (0..<10).map { plan.place(of: $0, total: 10) }
        #expect(places.map(\.stage) == [0, 0, 1, 1, 1, 2, 2, 3, 3, 3])
        #expect(places.map(\.index) == [0, 1, 0, 1, 2, 2, 3, 3, 4, 5])
    }

    /// A first stage on other text, which has no labels: the same bits however it is cut off, others than without.
    @Test func aTransferSetResumesExactly() throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let transfer = try Setup.transfer(folder.path + "/transfer")
        var plan = Setup.plan(probe: true)
        plan.negatives.leavesOut = [.label, .duplicates]
        plan.stages[0].usesTransfer = true
        plan.stages[0].probe?.hard = 0
        let whole = Setup.student()
        let history = try Setup.trainer(plan, cache, transfer: transfer).train(whole).history
        for step in [1, 8, 9, 10, 17] {
            let file = folder.path + "/state-\(step)"
            #expect(throws: TrainingError.interrupted(step: step)) {
                try Setup.trainer(plan, cache, transfer: transfer, checkpoint: (file, 5), stopsAfter: step).train(Setup.student())
            }
            let student = Setup.student(0)
            #expect(try Setup.trainer(plan, cache, transfer: transfer, checkpoint: (file, 5), threads: 2).train(student).history == history)
            #expect(student.flat.elements == whole.flat.elements, "step \(step)")
        }
        #expect(throws: TrainingError.self) { try Setup.trainer(plan, cache) }
        plan.stages[0].probe?.hard = 1
        #expect(throws: TrainingError.self) { try Setup.trainer(plan, cache, transfer: transfer) }
        plan.stages[0].probe?.hard = 0
        plan.stages[0].usesTransfer = false
        let without = Setup.student()
        _ = try Setup.trainer(plan, cache).train(without)
        #expect(without.flat.elements != whole.flat.elements)
    }

    /// A score that is best in the middle: these weights come out, whatever interrupts the training, and those of no selection before them.
    @Test func theBestWeightsCanBeKept() throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let looks = Mutex([[Float]]())
        let selection = WeightSelection(steps: 4) { weights in
            let count = looks.withLock { looks in
                looks.append(weights.flat.elements)
                return looks.count
            }
            // The second look is the best, and as good as the fourth.
            return [0.1, 0.7, 0.2, 0.7, 0.3][(count - 1) % 5]
        }
        let student = Setup.student()
        let (history, kept) = try Setup.trainer(Setup.plan(), cache).train(student, selection: selection)
        // 18 steps: looks after 4, 8, 12, 16 and at the end.
        let seen = looks.withLock { $0 }
        #expect(history.count == 18 && seen.count == 5 && kept?.step == 8 && kept?.score == 0.7)
        #expect(student.flat.elements == seen[1])

        // Cut off before and after the best was seen: a look at a step depends on nothing else.
        for stop in [3, 9, 17] {
            let file = folder.path + "/state-\(stop)"
            let scores: [[Float]: Double] = Dictionary(zip(seen, [0.1, 0.7, 0.2, 0.7, 0.3])) { first, _ in first }
            let same = WeightSelection(steps: 4) { scores[$0.flat.elements] ?? -1 }
            #expect(throws: TrainingError.interrupted(step: stop)) {
                try Setup.trainer(Setup.plan(), cache, checkpoint: (file, 5), stopsAfter: stop).train(Setup.student(), selection: same)
            }
            let again = Setup.student(0)
            let found = try Setup.trainer(Setup.plan(), cache, checkpoint: (file, 5)).train(again, selection: same)
            #expect(found.kept?.step == 8 && found.history == history && again.flat.elements == seen[1], "stopped at \(stop)")
        }
    }

    @Test(arguments: [2, 3])
    func threadsDoNotChangeABit(threads: Int) throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let (one, several) = (Setup.student(), Setup.student())
        let history = try Setup.trainer(Setup.plan(), cache).train(one).history
        #expect(try Setup.trainer(Setup.plan(), cache, threads: threads).train(several).history == history)
        #expect(one.flat.elements == several.flat.elements)
    }

    /// While a stage leaves the logits out, an idle head is left alone, to the bit; a probed one learns.
    @Test(arguments: [false, true])
    func theHeadIsIdleUnlessProbed(probe: Bool) throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let (first, student) = (Setup.student(), Setup.student())
        let file = folder.path + "/state"
        _ = try? Setup.trainer(Setup.plan(probe: probe), cache, checkpoint: (file, 100), stopsAfter: 9).train(student)
        for entry in student.layout.entries {
            let isLeftAlone = student.matrix(entry).elements == first.matrix(entry).elements
            #expect(isLeftAlone == (entry.isHead && !probe), "\(entry.name)")
        }
    }

    @Test func theLossFalls() throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        var plan = Setup.plan()
        plan.epochs = 80
        let history = try Setup.trainer(plan, cache).train(Setup.student()).history
        func mean(_ records: ArraySlice<StepRecord>, _ term: (StepRecord) -> Float) -> Float {
            records.reduce(0) { $0 + term($1) } / Float(records.count)
        }
        #expect(mean(history.suffix(12), \.contrastive) < 0.7 * mean(history.prefix(12), \.contrastive))
        // Stage 1 leaves these out.
        let half = history.count / 2
        #expect(history.prefix(half).allSatisfy { $0.soft == 0 && $0.hard == 0 })
        #expect(mean(history.suffix(12), \.hard) < 0.5 * mean(history[half..<half + 12], \.hard))
        #expect(history.allSatisfy { $0.perturbationRatio > 0 && $0.gradientNorm > 0 })
        #expect(history[0].learningRate == 0 && history[half].learningRate > history[half + 100].learningRate)
    }

    @Test func damagedCheckpointsAreRefused() throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        let file = folder.path + "/state"
        _ = try? Setup.trainer(Setup.plan(), cache, checkpoint: (file, 100), stopsAfter: 9).train(Setup.student())
        let bytes = try folder.contents("state")
        for damage in ["cut", "other"] {
            try folder.write(damage == "cut" ? Array(bytes.dropLast(9)) : bytes, to: "state")
            let configuration = damage == "cut" ? Setup.configuration : Setup.teacher.configuration
            let student = Parameters(layout: ParameterLayout(configuration, hasPooler: true, hasClassifier: true))
            let trainer = try Setup.trainer(Setup.plan(), cache, checkpoint: (file, 100))
            #expect { try trainer.train(damage == "cut" ? Setup.student() : student) } throws: {
                if case TrainingError.checkpoint(file, _) = $0 { true } else { false }
            }
        }
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let folder = TemporaryFolder()
        let cache = try Setup.cache(folder.path + "/cache")
        func trainer(_ examples: Examples, _ plan: TrainingPlan = Setup.plan()) throws {
            _ = try Trainer(
                plan: plan, configuration: Setup.configuration, set: TrainingSet(examples, cache), stage: "distill", workers: .one)
        }
        var others = Examples(labels: .categories(Setup.categories))
        for sequence in Setup.sequences.reversed() { others.append(ids: sequence.ids, types: sequence.types) }
        #expect(throws: TrainingError.features(.stale(folder: cache.folder, what: ["it is of other tokens than those to train on"]))) {
            try trainer(others)
        }
        #expect(throws: TrainingError.unlabelled(what: "a hard loss")) { try trainer(Setup.examples.first(22)) }
        #expect(throws: TrainingError.settings(problem: "there are no examples to train on")) { try trainer(Examples()) }
        #expect(throws: TrainingError.settings(problem: "the loss looks at a teacher, and there is no cache of one")) {
            try Setup.trainer(Setup.plan(), nil).train(Setup.student())
        }
        let student = Setup.student()
        student["projection.0.weight"]!.fill(.infinity)
        #expect(throws: TrainingError.notFinite(step: 0, what: "the loss or its gradient")) {
            try Setup.trainer(Setup.plan(), cache).train(student)
        }
    }

    @Test func stagesShareTheStepsByTheirShares() {
        var plan = Setup.plan()
        plan.stages[0].share = 0.8
        plan.stages[1].share = 0.2
        #expect((0..<10).map { plan.stage(of: $0, total: 10) } == [0, 0, 0, 0, 0, 0, 0, 0, 1, 1])
        // The paper's run on MRPC: 230 steps an epoch, 90 epochs.
        plan.batchSize = 16
        plan.epochs = 90
        #expect(plan.stepCount(examples: 3668) == 20_700)
        #expect(plan.stage(of: 16_559, total: 20_700) == 0 && plan.stage(of: 16_560, total: 20_700) == 1)
        #expect(plan.stage(of: 20_699, total: 20_700) == 1)
    }
}
