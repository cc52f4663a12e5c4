public import Distillation
import Sampling
import Training

public enum HeadKind: String, Sendable, CaseIterable {
    /// Pooler and classifier learn on detached states while the stage leaves the logits out.
    case probe
    /// They stay as they are, as in the paper.
    case idle
}

public enum KeptWeights: String, Sendable, CaseIterable {
    case last
    /// By the first split to evaluate, epoch by epoch.
    case best
}

/// How a student is trained: what all objectives have in common, and one of them.
public struct DistillSettings: Sendable {
    public struct Stage: Sendable, Equatable {
        public var share: Double
        public var weights: LossWeights
        /// Whether it learns from the transfer set.
        public var usesTransfer = false
    }

    var objective: any ObjectiveSettings = LRCSettings()
    /// Shards whose sequences are shuffled together.
    public var window = SampleOrder.defaultWindow
    /// Of the soft loss.
    public var temperature = 1.1
    public var perturbation = Perturbation.raw
    public var epochs = 90
    public var batchSize = 16
    public var learningRate = 1e-4
    public var warmup = 0.1
    public var weightDecay = 0.01
    public var clip = 1.0
    public var head: HeadKind?
    public var stages = Self.twoStages
    public var checkpointSteps = 200
    public var keep = KeptWeights.last

    public init() {}

    /// States first, then all losses (LRC-BERT).
    static let twoStages = [
        Stage(share: 0.8, weights: LossWeights(contrastive: 1, soft: 0, hard: 0)),
        Stage(share: 0.2, weights: LossWeights(contrastive: 1, soft: 1, hard: 3)),
    ]

    /// A short run would leave an idle head untrained.
    public var resolvedHead: HeadKind { head ?? (epochs < 20 ? .probe : .idle) }

    /// Whether any stage learns from a transfer set.
    var usesTransfer: Bool { stages.contains(where: \.usesTransfer) }

    /// Whether its student learns to say masked words, and classifies nothing.
    package var masksWords: Bool { objective.masksWords }

    /// Whether any stage looks at a teacher.
    var readsTeacher: Bool { objective.isReadingTeacher }
}

extension DistillSettings: Equatable {
    public static func == (a: DistillSettings, b: DistillSettings) -> Bool {
        a.canonical == b.canonical && a.head == b.head && a.checkpointSteps == b.checkpointSteps
    }
}
