extension BERTConfiguration {
    /// Numbers that a workspace holds for a pass over sequences of these lengths, backward included, where everything is kept.
    public func trainingActivations(lengths: [Int]) -> Int {
        let tokens = lengths.reduce(0, +)
        let layer = 8 * hiddenSize + 2 * intermediateSize + 2
        let backward = 7 * hiddenSize + intermediateSize
        let forward = 3 * hiddenSize + 1 + layerCount * layer
        // Norms' gradients in spans, and the ends of blocks.
        let rest = 6 * 8 * hiddenSize + layerCount * 16 * 16
        return tokens * (forward + backward) + layerCount * probabilities(lengths) + rest
    }

    /// The same for a pass that keeps the states of some layers only.
    public func forwardActivations(lengths: [Int], keeping layers: Int) -> Int {
        let tokens = lengths.reduce(0, +)
        let inner = 7 * hiddenSize + 2 * intermediateSize + 2
        return tokens * (2 * hiddenSize + 1 + inner + (layers + 3) * hiddenSize) + probabilities(lengths) + 64 * 16
    }

    private func probabilities(_ lengths: [Int]) -> Int { lengths.reduce(0) { $0 + headCount * ProbabilityLayout.blockSize($1) } }
}
