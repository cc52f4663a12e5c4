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
        TapRequirement(layers: weights.contrastive != 0 ? Array(Set(layers)).sorted() : [], logits: weights.soft != 0)
    }

    /// The targets of a batch, one a student layer: a function of the teacher alone.
    public func targets(_ teacher: Taps, negatives: [[Int]], on workers: Workers) -> [ContrastTarget] {
        var made: [Int: ContrastTarget] = [:]
        return layers.map { layer in
            if let target = made[layer] { return target }
            guard let states = teacher.hidden[layer] else { preconditionFailure("taps hold the layers that are required") }
            let target = ContrastTarget(
                cosine, teacher: states, offsets: teacher.offsets, negatives: negatives, contrastWeight: contrastWeight,
                normalisation: normalisation, statistics: statistics[layer], on: workers)
            made[layer] = target
            return target
        }
    }

    /// The contrastive term, and `weight` times its gradients.
    ///
    /// - Parameters:
    ///   - projections: W of each student layer [student width, teacher width].
    ///   - into: where W's gradients are added; nil leaves them out.
    /// - Returns: the term, and the gradients at the student's hidden states, which may be nil for a weight of 0.
    public func contrastive(
        _ student: (Int) -> Matrix, targets: [ContrastTarget], projections: [Matrix], weight: Double,
        into: [Matrix]?, workspace: Workspace, on workers: Workers
    ) -> (loss: Double, gradients: [Int: Matrix]) {
        var (loss, gradients) = (0.0, [Int: Matrix]())
        for (index, target) in targets.enumerated() {
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
