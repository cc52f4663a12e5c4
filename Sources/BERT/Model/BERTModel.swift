public import Kernels

/// A BERT: its configuration and one arena of weights, with a pooler and a classifier where it has them.
public struct BERTModel: Sendable {
    public var configuration: BERTConfiguration
    public let weights: Parameters

    public init(configuration: BERTConfiguration, weights: Parameters) {
        self.configuration = configuration
        self.weights = weights
    }

    /// A model with random weights: N(0, initializer range), layer norms 1 and 0, biases 0.
    public init(random configuration: BERTConfiguration, seed: UInt64) {
        self.init(
            configuration: configuration,
            weights: Parameters(layout: ParameterLayout(configuration, hasPooler: true, hasClassifier: configuration.logitCount > 0)))
        weights.initialise(range: configuration.initializerRange, seed: seed)
    }

    public var hasPooler: Bool { weights.layout["bert.pooler.dense.weight"] != nil }
    public var hasClassifier: Bool { weights.layout["classifier.weight"] != nil }
    public var encoder: Encoder { Encoder(configuration, weights) }
    public var head: ClassificationHead? { ClassificationHead(configuration, weights) }
    public var tokenHead: TokenHead? { TokenHead(configuration, weights) }
    /// Whether it has all that its logits are computed from.
    public var hasLogits: Bool { hasClassifier && (configuration.classifiesTokens || hasPooler) }

    /// The number of parameters.
    public var parameterCount: Int { ParameterLayout(configuration, hasPooler: hasPooler, hasClassifier: hasClassifier).count }

    /// Runs a checked batch without keeping what a backward pass needs.
    ///
    /// - Returns: the taps asked for, in matrices of the workspace.
    public func taps(
        _ batch: TokenBatch, _ requirement: TapRequirement, workspace: Workspace, on workers: Workers
    ) -> Taps {
        workspace.reset()
        let kept = Set(requirement.layers + requirement.first + requirement.mean)
        let pass = encoder.forward(
            batch, keep: kept, scores: requirement.attention, queryKeyValue: requirement.queryKeyValue, workspace: workspace,
            on: workers)
        var taps = Taps(offsets: batch.offsets)
        for layer in requirement.layers { taps.hidden[layer] = pass.hidden(layer) }
        for layer in requirement.first { taps.first[layer] = Taps.first(of: pass.hidden(layer), batch.offsets) }
        for layer in requirement.mean { taps.mean[layer] = Taps.mean(of: pass.hidden(layer), batch.offsets) }
        taps.attention = pass.scores
        for layer in requirement.queryKeyValue { taps.queryKeyValue[layer] = pass.queryKeyValue(layer) }
        if requirement.embedding { taps.embedding = pass.embedding }
        if requirement.logits, let tokenHead {
            taps.logits = tokenHead.forward(pass.last).logits
        } else if requirement.logits || requirement.pooled, let head {
            let head = head.forward(pass.last, offsets: batch.offsets)
            if requirement.pooled { taps.pooled = head.pooled }
            if requirement.logits { taps.logits = head.logits }
        }
        return taps
    }
}
