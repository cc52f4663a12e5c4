import Kernels

extension PredictionLoss {
    /// The terms at the logits, and the weighted gradient there.
    ///
    /// - Parameter teacher: logits; nil where the soft loss has no weight.
    static func terms(
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
