import Distillation
import Features
import Training

extension DistillSettings {
    /// Reads a `distill` or `baseline` section.
    ///
    /// - Parameters:
    ///   - start: values that stand where the section says nothing; those of an objective's own, and its stages, only where the
    ///     objective is the same.
    ///   - layer: that names the objective of `start`.
    init(_ reader: SettingReader, over start: DistillSettings = DistillSettings(), from layer: Int? = nil) throws(PipelinesError) {
        self = start
        if let type = try Objectives.named(in: reader), type.name != objective.name {
            objective = type.init()
            type.setDefaults(&self)
        }
        var own = objective
        try own.read(reader)
        objective = own
        window = try reader.integer("window", in: 1...1_000_000) ?? window
        temperature = try reader.number("temperature", in: 0.01...1000) ?? temperature
        perturbation = try Self.perturbation(reader) ?? perturbation
        try readTraining(reader)
        head = try reader.choice("head", HeadKind.self) ?? head
        try readStages(reader)
        try refuseUseless(reader, from: reader.layer(of: "objective") ?? layer ?? 0)
        if head == .probe, type(of: objective).comparesStates, !stages.contains(where: \.weights.usesLogits) {
            throw reader.error("head", "'probe' trains the head with the losses of a later stage, and no stage has soft or hard")
        }
    }

    /// What the objective has to see of a teacher, and why.
    var tensors: [(tensor: Tensor, reason: String)] {
        (comparesStates ? objective.tensors : [])
            + (stages.contains { $0.weights.soft != 0 } ? [(objective.masksWords ? .words : .logits, "the soft loss of a stage")] : [])
    }

    /// Whether any stage looks at states.
    var comparesStates: Bool { stages.contains { $0.weights.contrastive != 0 } }

    /// Keys of other objectives, and common ones that this objective has no use for.
    private func refuseUseless(_ reader: SettingReader, from layer: Int) throws(PipelinesError) {
        let type = type(of: objective)
        let others = Objectives.all.flatMap { $0.keys }.filter { !type.keys.contains($0) }
        let problem = "has no effect with objective '\(type.name)', \(type.about); leave it out"
        try reader.refuse(others + type.uselessKeys, from: layer, problem)
    }

    private mutating func readStages(_ reader: SettingReader) throws(PipelinesError) {
        let type = type(of: objective)
        // Stages of a file below may weigh states; an overlay that turns to an objective without such a loss means to be without them.
        if !type.comparesStates, (reader.layer(of: "stages") ?? 0) < (reader.layer(of: "objective") ?? 0) { return }
        guard let list = try reader.list("stages") else { return }
        guard !list.isEmpty else { throw reader.error("stages", "at least one stage is asked for") }
        stages = []
        for section in list {
            guard let share = try section.number("share", in: 0...1) else { throw section.error("share", "is missing") }
            // LRC-BERT's own word for the loss of states.
            let (states, contrastive) = (try section.number("states", in: 0...1e6), try section.number("contrastive", in: 0...1e6))
            if states != nil, contrastive != nil { throw section.error("contrastive", "is another word for 'states'; give one of them") }
            let weights = LossWeights(
                contrastive: states ?? contrastive ?? 0, soft: try section.number("soft", in: 0...1e6) ?? 0,
                hard: try section.number("hard", in: 0...1e6) ?? 0)
            guard weights.contrastive != 0 || weights.usesLogits else {
                throw section.error("share", "all three losses of this stage have weight 0")
            }
            guard weights.contrastive == 0 || type.comparesStates else {
                throw section.error(states == nil ? "contrastive" : "states", "weighs a loss of states, and objective '\(type.name)' has none; leave it out")
            }
            let set = try section.choice("from", StageData.self) ?? .corpus
            guard set == .corpus || weights.hard == 0 else { throw section.error("hard", "needs labels, and a transfer set has none; leave it out of this stage") }
            stages.append(Stage(share: share, weights: weights, usesTransfer: set == .transfer))
        }
        let sum = stages.reduce(0) { $0 + $1.share }
        guard (sum - 1).magnitude < 1e-6 else { throw reader.error("stages", "the shares add up to \(sum), not to 1") }
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
            if kind == "raw" || kind == "off" { try section.refuse(["epsilon"], beside: "kind", "has no effect with '\(kind)'; leave it out") }
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
            "objective=\(objective.name)", "epochs=\(epochs)", "batchSize=\(batchSize)", "learningRate=\(learningRate)",
            "warmup=\(warmup)", "weightDecay=\(weightDecay)", "clip=\(clip)", "perturbation=\(perturbation)",
        ]
        if readsTeacher {
            parts += objective.canonical
            parts += ["window=\(window)", "temperature=\(temperature)", "head=\(resolvedHead.rawValue)"]
            parts += stages.map { stage in
                "stage=\(stage.share):\(stage.weights.contrastive):\(stage.weights.soft):\(stage.weights.hard)" + (stage.usesTransfer ? ":transfer" : "")
            }
        }
        if keep != .last { parts.append("keep=\(keep.rawValue)") }
        return parts.joined(separator: " ")
    }
}

/// What a stage learns from.
enum StageData: String, CaseIterable {
    case corpus, transfer
}

extension Tensor {
    /// Tensors from which this one is at hand.
    var alternatives: [Tensor] { self == .cls || self == .mean ? [self, .hidden] : [self] }
}
