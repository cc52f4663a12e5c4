import BERT
import Corpora
import Distillation
import Files
import Kernels
public import Pipelines
import Records
import Tokens
import Training
import WordPiece

/// A model with a classifier and its tokenizer: what `limbeck evaluate` and `limbeck predict` run.
public struct Classifier: Sendable {
    let folder: String
    let model: BERTModel
    let tokenizer: TokenizerFolder
    /// Names of the logits; nil takes those of config.json.
    let stated: [String]?
    let maximumLength: Int
    let work: Work

    public init(folder: String, labels: String?, maximumLength: Int, work: Work) throws(PipelinesError) {
        let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: folder, on: work.workers) }
        guard model.hasLogits else { throw .model(.missingHead(folder: folder, part: model.hasClassifier ? "pooler" : "classifier")) }
        tokenizer = try TokenizerFolder(folder)
        try tokenizer.check(model.configuration, "the model")
        guard maximumLength >= 3 else { throw .usage("--max-length is at least 3") }
        stated = labels.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        if let stated, stated.count != model.configuration.labelNames.count {
            throw .usage("--labels names \(stated.count) classes, the model has \(model.configuration.labelNames.count)")
        }
        (self.folder, self.model, self.work) = (folder, model, work)
        self.maximumLength = min(maximumLength, model.configuration.maximumPositions)
    }

    /// Prints the metrics of a labelled split as JSON.
    ///
    /// - Returns: how many records were unusable and skipped.
    public func printMetrics(of corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        let result = try corpus.read(split)
        let labels = corpus.descriptor.labelSet
        guard result.examples.allSatisfy({ $0.label != nil }) else {
            throw .stage("evaluate", problem: "split '\(split)' of \(corpus.descriptor.name) has no labels; take another, or `limbeck predict`")
        }
        if try classifiesWords(of: corpus) {
            let rejects = RejectList.show(result, of: split, work.printer)
            try printEntityMetrics(result.examples, labels, rejects: rejects, split: split, task: corpus.descriptor.name)
            return rejects
        }
        let order = try LabelMapping.order(of: labels, in: model.configuration, stated: stated, folder: folder)
        let rejects = RejectList.show(result, of: split, work.printer)
        var evaluation = try evaluate(result.examples)
        if let order { evaluation = evaluation.reordered(order) }
        let expected = batchLabels(labels, result.examples)
        let metrics = try lift(PipelinesError.training) { () throws(TrainingError) in try evaluation.metrics(expected) }
        let report = MetricReport(
            examples: result.examples.count,
            metrics: Dictionary(uniqueKeysWithValues: Metric.chosen(for: corpus.descriptor.name, of: metrics).map { ($0.key.rawValue, $0.value) }),
            rejects: rejects, split: split, task: corpus.descriptor.name)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(report.json(pretty: true)) }
        return rejects
    }

    /// Prints `index<TAB>prediction` of a split, as GLUE's submissions have it: the index is what the file's own column says,
    /// else the record's place in the file from 0.
    ///
    /// - Returns: how many records were unusable, and have no prediction.
    public func printPredictions(of corpus: CorpusSettings, split: String) throws(PipelinesError) -> Int {
        if try classifiesWords(of: corpus) { return try printTags(of: corpus, split: split) }
        let predictions = try predictions(of: corpus, split: split)
        try write("index\tprediction\n" + zip(predictions.indices, predictions.values).map { "\($0)\t\($1)\n" }.joined())
        return predictions.rejects
    }

    /// The predictions of a split as GLUE writes them: names of classes, or scores within the corpus' range.
    func predictions(of corpus: CorpusSettings, split: String, stage: String = "evaluate") throws(PipelinesError) -> Predictions {
        let result = try corpus.read(split, readsLabels: false)
        let labels = corpus.descriptor.labelSet
        let order = try LabelMapping.order(of: labels, in: model.configuration, stated: stated, folder: folder)
        let rejects = RejectList.show(result, of: split, work.printer)
        var evaluation = try evaluate(result.examples, stage: stage)
        if let order { evaluation = evaluation.reordered(order) }
        let names = labels == .none ? self.names : labels.names
        var values = evaluation.categories.map { $0 < names.count ? names[$0] : "" }
        if model.configuration.isRegression {
            values = evaluation.scores.map { score in
                guard case .scores(let range)? = corpus.descriptor.labels else { return fixed(score, 3) }
                return fixed(min(Double(range.upperBound), max(Double(range.lowerBound), score)), 3)
            }
        }
        return Predictions(indices: result.examples.map { $0.id ?? "\(result.index(of: $0))" }, values: values, rejects: rejects)
    }

    /// Prints label and probabilities, or the score, of each line.
    ///
    /// - Returns: how many lines were unusable; each left an empty line.
    public func printPredictions(lines path: String) throws(PipelinesError) -> Int {
        let isInterrupted = work.observer.isInterrupted
        let reader = try lift(PipelinesError.files) { () throws(FilesError) in try LineReader(path, isInterrupted: isInterrupted) }
        let rejects = RejectList(path, work.printer)
        let findsEntities = model.configuration.classifiesTokens
        let tags = try findsEntities ? entityTags() : [:]
        if !findsEntities { try write(model.configuration.isRegression ? "score\n" : "prediction\t" + names.joined(separator: "\t") + "\n") }
        var number = 0
        while true {
            var examples: [Example?] = []
            var size = 0
            // Who types a line waits for its answer: a batch ends where the next line is not there yet.
            while examples.count < 256, size < 1 << 20, examples.isEmpty || reader.hasLine,
                let line = try lift(PipelinesError.files, { () throws(FilesError) in try reader.next() })
            {
                number += 1
                size += line.count
                guard let text = String(validating: line, as: UTF8.self) else {
                    rejects.add(line: number, "the text is not UTF-8; convert it to UTF-8 first")
                    examples.append(nil)
                    continue
                }
                // To words a tab is a space.
                let parts = findsEntities ? [text] : text.split(separator: "\t", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                examples.append(Example(text: parts[0], pair: parts.count > 1 ? parts[1] : nil, line: number))
            }
            if examples.isEmpty {
                rejects.close()
                return rejects.count
            }
            if findsEntities {
                try write(entityLines(examples, tags))
                continue
            }
            let evaluation = try evaluate(examples.compactMap(\.self), showsProgress: false)
            var (text, row) = ("", 0)
            for example in examples {
                if example != nil {
                    text += line(evaluation, row, names)
                    row += 1
                }
                text += "\n"
            }
            try write(text)
        }
    }

    /// Of the model's logits, in their order.
    var names: [String] { stated ?? model.configuration.labelNames }

    private func line(_ evaluation: Evaluation, _ row: Int, _ names: [String]) -> String {
        if model.configuration.isRegression { return fixed(evaluation.scores[row], 4) }
        return ([names[evaluation.categories[row]]] + evaluation.probabilities(row).map { fixed($0, 6) }).joined(separator: "\t")
    }

    func write(_ text: String) throws(PipelinesError) {
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
    }

    private func evaluate(_ examples: [Example], stage: String = "evaluate", showsProgress: Bool = true) throws(PipelinesError) -> Evaluation {
        let sequences = try Batches.tokenise(examples, tokenizer.tokenizer, maximumLength: maximumLength, on: work.workers)
        var tokens = Examples()
        for sequence in sequences { tokens.append(ids: sequence.ids, types: sequence.types) }
        let (all, observer) = (tokens, showsProgress ? work.observer : WorkObserver(isInterrupted: work.observer.isInterrupted))
        return try lift(PipelinesError.training) { () throws(TrainingError) in
            try Evaluation(model, on: all, stage: stage, observer: observer, workers: work.workers)
        }
    }

    private func batchLabels(_ labels: LabelSet, _ examples: [Example]) -> BatchLabels {
        switch labels {
        case .none, .tags, .maskedWords: .none
        case .categories(let names): .categories(examples.map { example in
            if case .category(let name)? = example.label { names.firstIndex(of: name) ?? 0 } else { 0 }
        })
        case .scores: .scores(examples.map { if case .score(let score)? = $0.label { score } else { 0 } })
        }
    }
}

/// A split's predictions, a line for each record that could be used.
struct Predictions {
    /// What the file's own column says, else the record's place in the file from 0.
    var indices: [String]
    var values: [String]
    /// How many records could not be used.
    var rejects: Int
}

/// What `limbeck evaluate` prints; the keys are stable.
struct MetricReport: Codable {
    var examples: Int
    var metrics: [String: Double]
    var rejects: Int
    var split: String
    var task: String
    /// Of each type of entities.
    var entities: [String: Entity]?

    struct Entity: Codable {
        var precision, recall, f1: Double
        /// How many there are.
        var support: Int
    }
}
