public import Kernels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the examples of a batch are labelled with.
public enum BatchLabels: Sendable, Equatable {
    case none
    /// A class of each example.
    case categories([Int])
    /// A score of each example, for regression.
    case scores([Float])
    /// A class of each token, -1 of those that have none: pieces of words but the first, and special tokens. Where words are predicted, the word
    /// that stood where one was masked.
    case tags([Int])
}

/// Losses at the logits [sequences, classes]: batch means, in double.
public enum PredictionLoss {
    /// KL(softmax(yT / t) || softmax(yS / t)) t^2 (Hinton et al., 2015); adds `weight` times its gradient.
    public static func soft(student: Matrix, teacher: Matrix, temperature: Double, weight: Double, gradient: Matrix) -> Double {
        precondition(student.rows == teacher.rows && student.columns == teacher.columns, "logits of one shape")
        var loss = 0.0
        for row in 0..<student.rows {
            let ours = logSoftmax(student.row(row).elements.map { Double($0) / temperature })
            let theirs = logSoftmax(teacher.row(row).elements.map { Double($0) / temperature })
            for (column, (s, t)) in zip(ours, theirs).enumerated() {
                loss += exp(t) * (t - s)
                gradient[row, column] += Float(weight * temperature * (exp(s) - exp(t)) / Double(student.rows))
            }
        }
        return loss * temperature * temperature / Double(student.rows)
    }

    /// Mean squared difference of the teacher's and the student's scores, the soft loss of a regression.
    public static func softScore(student: Matrix, teacher: Matrix, weight: Double, gradient: Matrix) -> Double {
        score(student: student, scores: (0..<teacher.rows).map { teacher[$0, 0] }, weight: weight, gradient: gradient)
    }

    /// Cross entropy with the labels.
    public static func hard(student: Matrix, categories: [Int], weight: Double, gradient: Matrix) -> Double {
        precondition(categories.count == student.rows, "a label for each example")
        var loss = 0.0
        for (row, category) in categories.enumerated() {
            let ours = logSoftmax(student.row(row).elements.map(Double.init))
            loss -= ours[category]
            for (column, s) in ours.enumerated() {
                let target = column == category ? 1.0 : 0
                gradient[row, column] += Float(weight * (exp(s) - target) / Double(student.rows))
            }
        }
        return loss / Double(student.rows)
    }

    /// Mean squared error of a regression's one logit.
    public static func score(student: Matrix, scores: [Float], weight: Double, gradient: Matrix) -> Double {
        precondition(scores.count == student.rows && student.columns == 1, "a score for each example")
        var loss = 0.0
        for (row, score) in scores.enumerated() {
            let difference = Double(student[row, 0]) - Double(score)
            loss += difference * difference
            gradient[row, 0] += Float(weight * 2 * difference / Double(student.rows))
        }
        return loss / Double(student.rows)
    }

    /// Cross entropy or squared error, whichever the labels ask for.
    public static func labelled(_ logits: Matrix, _ labels: BatchLabels, weight: Double, gradient: Matrix) -> Double {
        switch labels {
        case .none: preconditionFailure("a loss on labels where there are none")
        case .categories(let categories), .tags(let categories): hard(student: logits, categories: categories, weight: weight, gradient: gradient)
        case .scores(let scores): score(student: logits, scores: scores, weight: weight, gradient: gradient)
        }
    }

    /// log softmax, shifted by the largest.
    public static func logSoftmax(_ logits: [Double]) -> [Double] {
        let top = logits.max() ?? 0
        let sum = log(logits.reduce(0) { $0 + exp($1 - top) }) + top
        return logits.map { $0 - sum }
    }
}
