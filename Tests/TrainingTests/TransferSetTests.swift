import BERT
import Features
import Kernels
import Records
import Sampling
import TestSupport
import Testing

@testable import Distillation
@testable import Training

/// Stages that learn from other text than that of the plan.
@Suite struct TransferSetTests {
    private let folder = TemporaryFolder()

    private let states = LossWeights(contrastive: 1, soft: 0, hard: 0)

    /// States of the transfer set first, and then labels of the examples.
    private func plan(_ objective: (any StateObjective)? = LRCObjective(layers: [2, 3])) -> TrainingPlan {
        var plan = Setup.plan()
        plan.objective = objective
        plan.epochs = 1
        plan.stages = [
            .init(share: 0.5, weights: states, usesTransfer: true), .init(share: 0.5, weights: LossWeights(contrastive: 0, soft: 1, hard: 3)),
        ]
        return plan
    }

    private static func statistics(_ cache: FeatureCache) throws -> [Int: StateStatistics] {
        func moments(_ moments: LayerStatistics.Moments?) -> Moments? { moments.map { Moments(mean: $0.mean, deviation: $0.deviation) } }
        let pairs = try cache.statistics().map { ($0.layer, StateStatistics(tokens: moments($0.tokens), first: moments($0.first), mean: moments($0.mean))) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// With and without negatives.
    private static let objectives: [@Sendable ([Int: StateStatistics]) -> any StateObjective] = [
        { LRCObjective(layers: [2, 3], normalisation: .centre, statistics: $0) },
        { LRCObjective(layers: [2, 3], cosine: .cls, normalisation: .standardise, statistics: $0) },
        { InfoNCEObjective(layers: [2, 3], normalisation: .centre, statistics: $0) },
        { PKDObjective(layers: [2], projects: true, normalisation: .centre, statistics: $0) },
    ]

    // MARK: Statistics of its own

    /// The transfer set's objective stands for the plan's, in its stages, and nowhere else.
    @Test(arguments: objectives.indices) func aSetHasAnObjectiveOfItsOwn(_ index: Int) throws {
        let cache = try Setup.cache(folder.path + "/cache")
        let transfer = try Setup.transfer(folder.path + "/transfer")
        let features = try #require(transfer.features)
        let ours = try Self.objectives[index](Self.statistics(cache)), theirs = try Self.objectives[index](Self.statistics(features))
        func trained(_ plan: TrainingPlan, _ transfer: TrainingSet) throws -> (weights: [Float], history: [StepRecord]) {
            let student = Parameters(layout: ParameterLayout(student: Setup.configuration, objective: plan.objective, teacherWidth: 12))
            student.initialise(range: 0.02, seed: 9)
            let history = try Setup.trainer(plan, cache, transfer: transfer).train(student).history
            return (student.flat.elements, history)
        }
        let own = try trained(plan(ours), TrainingSet(transfer.examples, features, objective: theirs))
        // The second stage looks at no states, so that it is the same by either objective.
        let same = try trained(plan(theirs), transfer)
        #expect(own.weights == same.weights && own.history == same.history)
        let other = try trained(plan(ours), transfer)
        #expect(other.history[0].contrastive != own.history[0].contrastive && other.weights != own.weights)
        // What the other set says does not reach the stages of the examples.
        var examples = plan(ours)
        examples.stages[0].usesTransfer = false
        let with = try trained(examples, TrainingSet(transfer.examples, features, objective: theirs)), without = try trained(examples, transfer)
        #expect(with.weights == without.weights && with.history == without.history)
    }

    @Test func targetsAreThoseOfTheSetsObjective() throws {
        let cache = try Setup.cache(folder.path + "/cache")
        let transfer = try Setup.transfer(folder.path + "/transfer")
        let features = try #require(transfer.features)
        let ours = LRCObjective(layers: [2, 3], normalisation: .centre, statistics: try Self.statistics(cache))
        var theirs = ours
        theirs.statistics = try Self.statistics(features)
        func targets(_ objective: LRCObjective, _ set: TrainingSet) throws -> [[Float]] {
            let step = StudentStep(configuration: Setup.configuration, objective: objective, weights: states)
            let batch = try BatchSource(plan(objective), Setup.configuration, set, isTransfer: true).batch(0, for: step).get()
            let found = try #require(batch.targets as? LRCTargets)
            return found.list.flatMap { $0.parts.map(\.target.elements) }
        }
        let own = try targets(ours, TrainingSet(transfer.examples, features, objective: theirs))
        #expect(try own == targets(theirs, transfer) && own.count == 2)
        #expect(try own != targets(ours, transfer))
    }

    // MARK: Negatives

    /// Texts know their documents, and the examples beside them need not: nothing of them is contrasted.
    @Test func noDocumentsAreAskedOfASetThatIsNotContrasted() throws {
        let cache = try Setup.cache(folder.path + "/cache")
        let documents = try Setup.transfer(folder.path + "/documents", documents: true), transfer = try Setup.transfer(folder.path + "/transfer")
        var plan = plan()
        plan.negatives = NegativePlan(count: 3, source: .window, leavesOut: [.document])
        func problem(_ plan: TrainingPlan, _ set: TrainingSet) -> String { refusal { try Setup.trainer(plan, cache, transfer: set).train(Setup.student()) } }
        #expect(problem(plan, documents) == "")
        #expect(problem(plan, transfer).contains("'\(folder.path)/transfer' has no column 'document'"))
        plan.stages[1].weights = LossWeights(contrastive: 1, soft: 1, hard: 3)
        #expect(problem(plan, documents).contains("'\(folder.path)/cache' has no column 'document'"))
        // Nor of the transfer set where the stages of the examples alone contrast.
        plan.stages = [.init(share: 0.5, weights: states), .init(share: 0.5, weights: LossWeights(contrastive: 0, soft: 1, hard: 0), usesTransfer: true)]
        let turned = try Trainer(plan: plan, configuration: Setup.configuration, set: documents, transfer: transfer, stage: "distill", workers: .one)
        #expect(refusal { try turned.train(Setup.student()) } == "")
    }

    // MARK: The first gradient

    /// It is that of the batch that the stage begins with, whichever set it is of.
    @Test func theFirstStateGradientIsOfTheSetThatTheStageUses() throws {
        let cache = try Setup.cache(folder.path + "/cache")
        let transfer = try Setup.transfer(folder.path + "/transfer")
        let student = Setup.student()
        let found = try Setup.trainer(plan(), cache, transfer: transfer).firstStateGradient(of: student)
        var own = plan()
        own.stages[0].usesTransfer = false
        // As if there were no other set.
        var alone = own
        alone.stages = [.init(share: 1, weights: states)]
        let expected = try Trainer(plan: alone, configuration: Setup.configuration, set: transfer, stage: "distill", workers: .one)
            .firstStateGradient(of: student)
        #expect(found == expected && found > 0)
        #expect(try Setup.trainer(own, cache, transfer: transfer).firstStateGradient(of: student) != found)
        // The examples need no teacher's states.
        var unread = plan()
        unread.stages[1].weights = LossWeights(contrastive: 0, soft: 0, hard: 1)
        #expect(try Setup.trainer(unread, nil, transfer: transfer).firstStateGradient(of: student) == found)
    }
}
