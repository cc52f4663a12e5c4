import Distillation
import Features
import Sampling
import Training

extension DistillSettings {
    /// Reads a `distill` or `baseline` section over values that stand where it says nothing.
    init(_ reader: SettingReader, over start: DistillSettings) throws(PipelinesError) {
        self = start
        objective = try reader.choice("objective", ObjectiveKind.self) ?? objective
        cosine = try reader.choice("cosine", Cosine.self) ?? cosine
        let negativeReader = try reader.section("negatives")
        if let negativeReader { negatives = try NegativePlan(negativeReader, over: negatives) }
        window = try reader.integer("window", in: 1...1_000_000) ?? window
        contrastWeight = try reader.number("contrastWeight", in: 0...100) ?? contrastWeight
        temperature = try reader.number("temperature", in: 0.01...1000) ?? temperature
        normalisation = try reader.choice("normalise", Normalisation.self) ?? normalisation
        projection = try reader.choice("projection", ProjectionSharing.self) ?? projection
        perturbation = try Self.perturbation(reader) ?? perturbation
        epochs = try reader.integer("epochs", in: 1...100_000) ?? epochs
        batchSize = try reader.integer("batchSize", in: 1...4096) ?? batchSize
        learningRate = try reader.number("learningRate", in: 0...10) ?? learningRate
        warmup = try reader.number("warmup", in: 0...1) ?? warmup
        weightDecay = try reader.number("weightDecay", in: 0...10) ?? weightDecay
        clip = try reader.number("clip", in: 1e-6...1e6) ?? clip
        head = try reader.choice("head", HeadKind.self) ?? head
        checkpointSteps = try reader.integer("checkpointSteps", in: 1...1_000_000_000) ?? checkpointSteps
        if let list = try reader.list("stages") { stages = try Self.stages(list, reader) }
        if objective == .hard {
            try reader.refuse(
                ["cosine", "negatives", "window", "contrastWeight", "temperature", "normalise", "projection", "head", "stages"],
                beside: "objective", "has no effect with objective 'hard', which looks at labels alone; leave it out")
        }
        if objective == .lrc {
            let section = negativeReader ?? reader
            if case .bank = negatives.source, ![.cls, .mean].contains(cosine) {
                throw section.error("from", "'bank' holds one vector a sequence, and cosine '\(cosine.rawValue)' compares whole ones; take cosine cls or mean, or from: window")
            }
            if negatives.source == .all, cosine == .token {
                throw section.error("from", "'all' has no sums for cosine 'token'; take sequence, cls or mean")
            }
        }
        if head == .probe, objective == .lrc, !stages.contains(where: \.weights.usesLogits) {
            throw reader.error("head", "'probe' trains the head with the losses of a later stage, and no stage has soft or hard")
        }
    }

    /// What the objective has to see of a teacher.
    var tensors: [Tensor] {
        var tensors: [Tensor] = []
        if stages.contains(where: { $0.weights.contrastive != 0 }) {
            switch cosine {
            case .sequence, .token, .sequenceAndCLS: tensors.append(.hidden)
            case .cls: tensors.append(.cls)
            case .mean: tensors.append(.mean)
            }
            if negatives.source == .all { tensors.append(.sums) }
        }
        if stages.contains(where: { $0.weights.soft != 0 }) { tensors.append(.logits) }
        return tensors
    }

    func reason(for tensor: Tensor) -> String {
        switch tensor {
        case .logits: "the soft loss of a stage"
        case .sums: "negatives from 'all'"
        default: "cosine '\(cosine.rawValue)'"
        }
    }

    private static func stages(_ list: [SettingReader], _ reader: SettingReader) throws(PipelinesError) -> [Stage] {
        guard !list.isEmpty else { throw reader.error("stages", "at least one stage is asked for") }
        var stages: [Stage] = []
        for section in list {
            guard let share = try section.number("share", in: 0...1) else { throw section.error("share", "is missing") }
            let weights = LossWeights(
                contrastive: try section.number("contrastive", in: 0...1e6) ?? 0,
                soft: try section.number("soft", in: 0...1e6) ?? 0, hard: try section.number("hard", in: 0...1e6) ?? 0)
            guard weights.contrastive != 0 || weights.usesLogits else {
                throw section.error("share", "all three losses of this stage have weight 0")
            }
            stages.append(Stage(share: share, weights: weights))
        }
        let sum = stages.reduce(0) { $0 + $1.share }
        guard (sum - 1).magnitude < 1e-6 else { throw reader.error("stages", "the shares add up to \(sum), not to 1") }
        return stages
    }

    /// A word, or `{ kind: l2, epsilon: 0.5 }`.
    private static func perturbation(_ reader: SettingReader) throws(PipelinesError) -> Perturbation? {
        guard let tree = reader.tree("perturbation") else { return nil }
        var (kind, epsilon) = ("", 1.0)
        if case .scalar(let word, _) = tree {
            kind = word
        } else if let section = try reader.section("perturbation") {
            kind = try section.requiredText("kind")
            epsilon = try section.number("epsilon", in: 0...1e6) ?? epsilon
        }
        switch kind {
        case "off": return .off
        case "raw": return .raw
        case "l2": return .l2(Float(epsilon))
        case "sign": return .sign(Float(epsilon))
        default: throw reader.error("perturbation", "'\(kind)' is unknown; give off, raw, l2 or sign")
        }
    }

    /// Everything that decides the result, in fixed words: part of a stage's fingerprint.
    var canonical: String {
        var parts = [
            "objective=\(objective.rawValue)", "epochs=\(epochs)", "batchSize=\(batchSize)", "learningRate=\(learningRate)",
            "warmup=\(warmup)", "weightDecay=\(weightDecay)", "clip=\(clip)", "perturbation=\(perturbation)",
        ]
        if objective == .lrc {
            parts += [
                "cosine=\(cosine.rawValue)", "negatives=\(negatives.canonical)", "window=\(window)", "contrastWeight=\(contrastWeight)",
                "temperature=\(temperature)", "normalise=\(normalisation.rawValue)", "projection=\(projection.rawValue)",
                "head=\(resolvedHead.rawValue)",
            ]
            parts += stages.map { "stage=\($0.share):\($0.weights.contrastive):\($0.weights.soft):\($0.weights.hard)" }
        }
        return parts.joined(separator: " ")
    }
}

extension Tensor {
    /// Tensors from which this one is at hand.
    var alternatives: [Tensor] { self == .cls || self == .mean ? [self, .hidden] : [self] }
}
