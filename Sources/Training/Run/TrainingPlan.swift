public import Distillation
public import Sampling

/// How a model is trained: everything that decides which weights come out, apart from data and first weights.
public struct TrainingPlan: Sendable {
    /// A part of the steps with weights of its own.
    public struct Stage: Sendable, Equatable {
        /// The part of all steps, in (0, 1].
        public var share: Double
        public var weights: LossWeights
        /// Losses of a head that learns on detached states meanwhile; nil leaves it idle.
        public var probe: LossWeights?
        /// Whether its batches are of the transfer set, which has no labels.
        public var usesTransfer: Bool

        public init(share: Double, weights: LossWeights, probe: LossWeights? = nil, usesTransfer: Bool = false) {
            (self.share, self.weights, self.probe, self.usesTransfer) = (share, weights, probe, usesTransfer)
        }
    }

    /// The loss of states; nil where losses at the logits are all.
    public var objective: (any StateObjective)?
    /// Of the soft loss.
    public var temperature: Double
    public var stages: [Stage]
    public var perturbation: Perturbation
    public var negatives: NegativePlan
    /// Shards whose rows are shuffled together.
    public var window: Int
    public var epochs: Int
    public var batchSize: Int
    public var learningRate: Double
    public var warmupShare: Double
    public var weightDecay: Float
    public var maximumNorm: Float
    public var seed: UInt64

    public init(
        objective: (any StateObjective)?, temperature: Double = 1.1, stages: [Stage], perturbation: Perturbation = .off,
        negatives: NegativePlan = NegativePlan(), window: Int = SampleOrder.defaultWindow, epochs: Int, batchSize: Int,
        learningRate: Double, warmupShare: Double = 0.1, weightDecay: Float = 0.01, maximumNorm: Float = 1, seed: UInt64
    ) {
        (self.objective, self.temperature, self.stages) = (objective, temperature, stages)
        (self.perturbation, self.negatives, self.window) = (perturbation, negatives, window)
        (self.epochs, self.batchSize, self.learningRate) = (epochs, batchSize, learningRate)
        (self.warmupShare, self.weightDecay, self.maximumNorm, self.seed) = (warmupShare, weightDecay, maximumNorm, seed)
    }

    /// Plain training on labels.
    public init(
        onLabels epochs: Int, batchSize: Int, learningRate: Double, warmupShare: Double = 0.1, weightDecay: Float = 0.01,
        maximumNorm: Float = 1, seed: UInt64
    ) {
        self.init(
            objective: nil,
            stages: [Stage(share: 1, weights: LossWeights(contrastive: 0, soft: 0, hard: 1))], epochs: epochs,
            batchSize: batchSize, learningRate: learningRate, warmupShare: warmupShare, weightDecay: weightDecay,
            maximumNorm: maximumNorm, seed: seed)
    }

    public func stepCount(examples: Int) -> Int { epochs * stepsPerEpoch(examples: examples) }
    /// The short last batch is kept.
    public func stepsPerEpoch(examples: Int) -> Int { (examples + batchSize - 1) / batchSize }

    /// The stage of a step counted from 0.
    public func stage(of step: Int, total: Int) -> Int { place(of: step, total: total).stage }

    /// The stage of a step counted from 0, and how many steps before it saw batches of the same set.
    func place(of step: Int, total: Int) -> (stage: Int, index: Int) {
        var (share, start) = (0.0, 0)
        var seen = [false: 0, true: 0]
        for (index, stage) in stages.enumerated() {
            share += stage.share
            let isLast = index + 1 == stages.count
            let end = isLast ? total : Int((share * Double(total)).rounded())
            if step < end || isLast { return (index, seen[stage.usesTransfer, default: 0] + step - start) }
            seen[stage.usesTransfer, default: 0] += end - start
            start = end
        }
        preconditionFailure("a plan has stages")
    }

    /// Whether any stage looks at states.
    public var comparesStates: Bool { stages.contains { $0.weights.contrastive != 0 } }
}
