public import BERT
public import Kernels

/// The weights of the total loss in one stage: alpha, beta, gamma.
public struct LossWeights: Sendable, Equatable {
    public var contrastive: Double
    public var soft: Double
    public var hard: Double

    public init(contrastive: Double, soft: Double, hard: Double) {
        (self.contrastive, self.soft, self.hard) = (contrastive, soft, hard)
    }

    public var usesLogits: Bool { soft != 0 || hard != 0 }
}

/// The terms of a batch's loss, each a mean over the examples (the contrastive one summed over layers), unweighted.
public struct LossTerms: Sendable, Equatable {
    public var contrastive = 0.0
    public var soft = 0.0
    public var hard = 0.0

    public init() {}

    public func total(_ weights: LossWeights) -> Double {
        weights.contrastive * contrastive + weights.soft * soft + weights.hard * hard
    }
}

/// LRC-BERT's loss over two sets of taps: COS-NCE on the mapped layers, soft and hard losses on the logits.
public struct LRCObjective: Sendable, Equatable {
    /// Teacher layers, one for each student layer, from 1.
    public var layers: [Int]
    public var cosine: Cosine
    /// w, the weight of the contrast; 0.5 in the paper, 0 the control.
    public var contrastWeight: Float
    public var temperature: Double
    /// What is done to the teacher's states before the cosine.
    public var normalisation: Normalisation
    /// By teacher layer, from 1; needed where `normalisation` is not `none`.
    public var statistics: [Int: StateStatistics]

    public init(
        layers: [Int], cosine: Cosine = .sequence, contrastWeight: Float = 0.5, temperature: Double = 1.1,
        normalisation: Normalisation = .none, statistics: [Int: StateStatistics] = [:]
    ) {
        self.layers = layers
        self.cosine = cosine
        self.contrastWeight = contrastWeight
        self.temperature = temperature
        self.normalisation = normalisation
        self.statistics = statistics
    }

    /// What it needs to see of the teacher under these weights.
    public func requirement(_ weights: LossWeights) -> TapRequirement {
        var requirement = contrastRequirement
        if weights.contrastive == 0 { requirement = TapRequirement() }
        requirement.logits = weights.soft != 0
        return requirement
    }

    /// What the contrast compares: whole states, or one vector a sequence.
    public var contrastRequirement: TapRequirement {
        let layers = Array(Set(layers)).sorted()
        return switch cosine {
        case .sequence, .token, .sequenceAndCLS: TapRequirement(layers: layers)
        case .cls: TapRequirement(first: layers)
        case .mean: TapRequirement(mean: layers)
        }
    }

    /// The targets of a batch with negatives out of the same batch: a function of the teacher alone.
    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> ContrastTargets {
        let targets = targets(teacher, negativeCounts: negatives.map(\.count))
        targets.add(teacher, members: negatives, on: workers)
        return targets
    }

    /// The targets of a batch to which negatives are still to be added.
    ///
    /// - Parameter negativeCounts: for each anchor how many there are going to be.
    public func targets(_ teacher: Taps, negativeCounts: [Int]) -> ContrastTargets {
        var made: [Int: ContrastTarget] = [:]
        for layer in Set(layers) {
            made[layer] = ContrastTarget(
                cosine, layer: layer, teacher: teacher, negativeCounts: negativeCounts, contrastWeight: contrastWeight,
                normalisation: normalisation, statistics: statistics[layer])
        }
        return ContrastTargets(layers: layers, byLayer: made)
    }

    /// The contrastive term, and `weight` times its gradients.
    ///
    /// - Parameters:
    ///   - projections: W of each student layer [student width, teacher width].
    ///   - into: where W's gradients are added; nil leaves them out.
    /// - Returns: the term, and the gradients at the student's hidden states, which may be nil for a weight of 0.
    public func contrastive(
        _ student: (Int) -> Matrix, targets: ContrastTargets, projections: [Matrix], weight: Double,
        into: [Matrix]?, workspace: Workspace, on workers: Workers
    ) -> (loss: Double, gradients: [Int: Matrix]) {
        var (loss, gradients) = (0.0, [Int: Matrix]())
        for (index, target) in targets.list.enumerated() {
            let states = student(index + 1)
            let projection = projections[projections.count == 1 ? 0 : index]
            let projected = workspace.matrix(rows: states.rows, columns: projection.columns)
            let gradient = workspace.matrix(rows: states.rows, columns: projection.columns)
            multiply(states, projection, into: projected, on: workers)
            loss += target.loss(student: projected, weight: Float(weight), gradient: gradient, on: workers)
            let arriving = workspace.matrix(rows: states.rows, columns: states.columns)
            multiply(gradient, projection.transposed, into: arriving, on: workers)
            gradients[index + 1] = arriving
            if let into {
                multiply(states.transposed, gradient, into: into[into.count == 1 ? 0 : index], beta: 1, on: workers)
            }
        }
        return (loss, gradients)
    }

    /// The terms at the logits, and the weighted gradient there.
    public func predictive(
        _ logits: Matrix, teacher: Matrix?, labels: BatchLabels, weights: LossWeights
    ) -> (terms: LossTerms, gradient: Matrix) {
        let gradient = Matrix(rows: logits.rows, columns: logits.columns)
        var terms = LossTerms()
        if weights.soft != 0 {
            guard let teacher else { preconditionFailure("taps hold the logits that are required") }
            if case .scores = labels {
                terms.soft = PredictionLoss.softScore(
                    student: logits, teacher: teacher, weight: weights.soft, gradient: gradient)
            } else {
                terms.soft = PredictionLoss.soft(
                    student: logits, teacher: teacher, temperature: temperature, weight: weights.soft, gradient: gradient)
            }
        }
        if weights.hard != 0 {
            terms.hard = PredictionLoss.labelled(logits, labels, weight: weights.hard, gradient: gradient)
        }
        return (terms, gradient)
    }
}
