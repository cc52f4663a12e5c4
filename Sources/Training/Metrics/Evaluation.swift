public import BERT
public import Distillation
public import Kernels
public import Records

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A model's outputs on examples, and how good they are.
public struct Evaluation: Sendable {
    /// [examples, classes], [examples, 1] for a regression, or [tokens, classes] where words are classified.
    public let logits: Matrix

    /// Runs the model over all examples.
    ///
    /// - Throws: `TrainingError.model` where the model has no classifier or a sequence does not fit it.
    public init(
        _ model: BERTModel, on examples: Examples, stage: String = "evaluate", observer: WorkObserver = .silent,
        workers: Workers
    ) throws(TrainingError) {
        guard model.hasLogits else {
            throw .model(.missingHead(folder: "the model", part: model.hasClassifier ? "pooler" : "classifier"))
        }
        let ofTokens = model.configuration.classifiesTokens
        logits = Matrix(rows: ofTokens ? examples.ids.count : examples.count, columns: model.configuration.logitCount)
        let workspace = Workspace()
        let batchSize = 32
        for start in stride(from: 0, to: examples.count, by: batchSize) {
            if observer.isInterrupted() { throw .stopped }
            let rows = start..<min(start + batchSize, examples.count)
            let batch = examples.tokens(rows)
            do { try batch.check(model.configuration) } catch { throw .model(error) }
            let taps = model.taps(batch, TapRequirement(logits: true), workspace: workspace, on: workers)
            guard let found = taps.logits, found.isFinite else { throw .notFinite(step: start, what: "the model's output") }
            logits[rows: ofTokens ? examples.offsets[rows.lowerBound]..<examples.offsets[rows.upperBound] : rows].assign(found)
            observer.report(ProgressEvent(stage: stage, unit: "sequences", done: rows.upperBound, total: examples.count))
        }
    }

    init(logits: Matrix) { self.logits = logits }

    /// The class of the highest logit of each example; of equal ones the first.
    public var categories: [Int] {
        (0..<logits.rows).map { row in
            (1..<max(logits.columns, 1)).reduce(0) { logits[row, $1] > logits[row, $0] ? $1 : $0 }
        }
    }

    /// Probabilities of the classes of one example.
    public func probabilities(_ row: Int) -> [Double] {
        PredictionLoss.softmax(logits.row(row).elements.map(Double.init))
    }

    /// The mean KL of the distributions over classes from those of another model.
    public func divergence(from other: Evaluation) -> Double {
        precondition(logits.rows == other.logits.rows && logits.columns == other.logits.columns, "outputs of one shape")
        let sum = (0..<logits.rows).reduce(0.0) { sum, row in
            let ours = PredictionLoss.logSoftmax(logits.row(row).elements.map(Double.init))
            let theirs = PredictionLoss.logSoftmax(other.logits.row(row).elements.map(Double.init))
            return sum + zip(ours, theirs).reduce(0) { $0 + exp($1.1) * ($1.1 - $1.0) }
        }
        return sum / Double(max(logits.rows, 1))
    }

    /// A regression's scores.
    public var scores: [Double] { (0..<logits.rows).map { Double(logits[$0, 0]) } }

    /// The metrics that fit the labels: correlations for scores, else accuracy, and F1 and Matthews' correlation where there
    /// are two classes.
    ///
    /// - Throws: `TrainingError.unlabelled`.
    public func metrics(_ labels: BatchLabels) throws(TrainingError) -> [Metric: Double] {
        switch labels {
        case .none: throw .unlabelled(what: "an evaluation")
        case .tags: preconditionFailure("words are judged by their entities")
        case .scores(let scores):
            let (ours, theirs) = (self.scores, scores.map(Double.init))
            return [.pearson: Metric.pearson(ours, theirs), .spearman: Metric.spearman(ours, theirs)]
        case .categories(let labels):
            let ours = categories
            var metrics: [Metric: Double] = [.accuracy: Metric.accuracy(ours, labels)]
            if logits.columns == 2 {
                metrics[.f1] = Metric.f1(ours, labels)
                metrics[.matthews] = Metric.matthews(ours, labels)
            }
            return metrics
        }
    }
}

extension Evaluation {
    /// The predictor that says the same of every example: the commonest class, or the mean score, of some labels.
    public static func constant(from labels: BatchLabels, count: Int, classes: Int) -> Evaluation {
        let logits = Matrix(rows: count, columns: classes)
        switch labels {
        case .none: break
        // Tag 0 is O: no entity anywhere.
        case .tags: for row in 0..<count { logits[row, 0] = 1 }
        case .categories(let all):
            let counts = all.reduce(into: [Int](repeating: 0, count: classes)) { $0[$1] += 1 }
            let commonest = counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 }
            for row in 0..<count { logits[row, commonest] = 1 }
        case .scores(let all):
            let mean = all.reduce(0) { $0 + Double($1) } / Double(max(all.count, 1))
            logits.fill(Float(mean))
        }
        return Evaluation(logits: logits)
    }

    /// The outputs with the columns in another order.
    ///
    /// - Parameter order: for each new column the old one.
    public func reordered(_ order: [Int]) -> Evaluation {
        let result = Matrix(rows: logits.rows, columns: order.count)
        for row in 0..<logits.rows {
            for (column, source) in order.enumerated() { result[row, column] = logits[row, source] }
        }
        return Evaluation(logits: result)
    }
}
