import Kernels

extension PredictionLoss {
    /// The terms at the logits, and the weighted gradient there. Where words are labelled, both are means over words: other tokens
    /// have no part in them.
    ///
    /// - Parameter teacher: logits; nil where the soft loss has no weight.
    static func terms(
        _ logits: Matrix, teacher: Matrix?, labels: BatchLabels, weights: LossWeights, temperature: Double, isRegression: Bool
    ) -> (terms: LossTerms, gradient: Matrix) {
        guard case .tags(let tags) = labels else {
            return ofRows(logits, teacher: teacher, labels: labels, weights: weights, temperature: temperature, isRegression: isRegression)
        }
        precondition(tags.count == logits.rows, "a tag, or none, for each token")
        let words = tags.indices.filter { tags[$0] >= 0 }
        let all = Matrix(rows: logits.rows, columns: logits.columns)
        guard !words.isEmpty else { return (LossTerms(), all) }
        let (terms, gradient) = ofRows(
            logits.gathered(words), teacher: teacher.map { $0.gathered(words) }, labels: .categories(words.map { tags[$0] }), weights: weights,
            temperature: temperature, isRegression: false)
        for (place, word) in words.enumerated() { all.row(word).assign(gradient.row(place)) }
        return (terms, all)
    }

    private static func ofRows(
        _ logits: Matrix, teacher: Matrix?, labels: BatchLabels, weights: LossWeights, temperature: Double, isRegression: Bool
    ) -> (terms: LossTerms, gradient: Matrix) {
        let gradient = Matrix(rows: logits.rows, columns: logits.columns)
        var terms = LossTerms()
        if weights.soft != 0 {
            guard let teacher else { preconditionFailure("taps hold the logits that are required") }
            if isRegression {
                terms.soft = softScore(student: logits, teacher: teacher, weight: weights.soft, gradient: gradient)
            } else {
                terms.soft = soft(
                    student: logits, teacher: teacher, temperature: temperature, weight: weights.soft, gradient: gradient)
            }
        }
        if weights.hard != 0 { terms.hard = labelled(logits, labels, weight: weights.hard, gradient: gradient) }
        return (terms, gradient)
    }
}
