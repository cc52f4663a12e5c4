import Kernels

extension BERTModel {
    /// This model with pooler and classifier for some classes, in an arena of its own.
    ///
    /// What it lacks is drawn from the seed; a classifier of the same classes is kept, its rows in the new order.
    /// - Parameter labelNames: the classes in the order of the logits; empty for the one score of a regression.
    ///
    /// - Parameter ofTokens: whether each token has logits, and there is no pooler.
    public func classifying(_ labelNames: [String], ofTokens: Bool = false, seed: UInt64) -> BERTModel {
        var configuration = configuration
        configuration.labelNames = labelNames
        configuration.isRegression = labelNames.isEmpty
        configuration.classifiesTokens = ofTokens
        let result = Parameters(layout: ParameterLayout(configuration, hasPooler: !ofTokens, hasClassifier: true))
        let order = hasClassifier && self.configuration.classifiesTokens == ofTokens ? classifierOrder(labelNames) : nil
        result.initialise(range: configuration.initializerRange, seed: seed) { entry in
            entry.name.hasPrefix("classifier.") ? order == nil : weights.layout[entry.name] == nil
        }
        for entry in result.layout.entries {
            guard let own = weights[entry.name] else { continue }
            if !entry.name.hasPrefix("classifier.") {
                result.matrix(entry).assign(own)
            } else if let order {
                let target = result.matrix(entry)
                for (row, source) in order.enumerated() {
                    if entry.isMatrix {
                        target.row(row).assign(own.row(source))
                    } else {
                        target[0, row] = own[0, source]
                    }
                }
            }
        }
        return BERTModel(configuration: configuration, weights: result)
    }

    /// For each class the row of this model's classifier; nil where it has other classes.
    private func classifierOrder(_ labelNames: [String]) -> [Int]? {
        if labelNames.isEmpty { return configuration.isRegression ? [0] : nil }
        let order = labelNames.compactMap { configuration.labelNames.firstIndex(of: $0) }
        return order.count == configuration.labelNames.count && order.count == labelNames.count ? order : nil
    }

    /// Copies the weights of the entries that both layouts have in equal shape.
    ///
    /// - Returns: the names of this model's encoder entries that the other lacks or has in another shape.
    public func copyEncoder(into other: Parameters) -> [String] {
        var left: [String] = []
        for entry in weights.layout.entries where !entry.name.hasPrefix("classifier.") {
            if let target = other.layout[entry.name], target.shape == entry.shape {
                other.matrix(target).assign(weights.matrix(entry))
            } else {
                left.append(entry.name)
            }
        }
        return left
    }
}
