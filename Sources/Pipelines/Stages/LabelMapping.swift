package import BERT
package import Tokens

/// How a model's logits and the labels of the data belong together: by name, never by position.
package enum LabelMapping {
    /// For each class of the data the model's column; nil where the orders are equal.
    ///
    /// - Parameter stated: the names of the model's columns as the user states them, where its config.json has none.
    /// - Throws: where a name is absent on either side, or where the model's names say nothing.
    package static func order(
        of data: LabelSet, in configuration: BERTConfiguration, stated: [String]? = nil, folder: String
    ) throws(PipelinesError) -> [Int]? {
        // Data without labels take the model's own order.
        if data == .none || (data == .scores && configuration.isRegression) { return nil }
        let names = stated ?? configuration.labelNames
        guard names.count == configuration.labelNames.count else {
            throw .usage("\(names.count) labels are stated, '\(folder)' has \(configuration.labelNames.count) classes")
        }
        do {
            let order = try data.mapping(to: configuration.isRegression ? ["score"] : names)
            return order == Array(names.indices) ? nil : order
        } catch {
            throw .labels(folder: folder, error)
        }
    }
}
