public import BERT

/// LRC-BERT's COS-NCE on the mapped layers (AAAI 2021, eq. 3 to 5), in all its forms.
public struct LRCObjective: ContrastiveObjective, MappedObjective, Equatable {
    /// Teacher layers, one for each student layer, from 1.
    public var layers: [Int]
    public var cosine: Cosine
    /// w, the weight of the contrast; 0.5 in the paper, 0 the control.
    public var contrastWeight: Float
    /// What is done to the teacher's states before the cosine.
    public var normalisation: Normalisation
    /// By teacher layer, from 1; needed where `normalisation` is not `none`.
    public var statistics: [Int: StateStatistics]
    public var sharing: ProjectionSharing

    public init(
        layers: [Int], cosine: Cosine = .sequence, contrastWeight: Float = 0.5, normalisation: Normalisation = .none,
        statistics: [Int: StateStatistics] = [:], sharing: ProjectionSharing = .perLayer
    ) {
        self.layers = layers
        self.cosine = cosine
        self.contrastWeight = contrastWeight
        self.normalisation = normalisation
        self.statistics = statistics
        self.sharing = sharing
    }

    /// Whole states, or one vector a sequence.
    public var requirement: TapRequirement {
        let layers = Array(Set(layers)).sorted()
        return switch cosine {
        case .sequence, .token, .sequenceAndCLS: TapRequirement(layers: layers)
        case .cls: TapRequirement(first: layers)
        case .mean: TapRequirement(mean: layers)
        }
    }

    public func targets(_ teacher: Taps, negativeCounts: [Int]) -> any ContrastiveTargets {
        var made: [Int: ContrastTarget] = [:]
        for layer in Set(layers) {
            made[layer] = ContrastTarget(
                cosine, layer: layer, teacher: teacher, negativeCounts: negativeCounts, contrastWeight: contrastWeight,
                normalisation: normalisation, statistics: statistics[layer])
        }
        return LRCTargets(layers: layers, byLayer: made)
    }
}
