import BERT
import Corpora
import Records
import Tokens
import Training

extension Pipeline {
    /// Judges weights after each epoch by the mean of the metrics that the corpus is judged by, on the first split to evaluate.
    func selection(_ configuration: BERTConfiguration, steps: Int) throws(PipelinesError) -> WeightSelection {
        let split = settings.evaluate.splits[0]
        let (examples, labels) = try examples(split)
        let table = try tokenTable(split)
        let order = try LabelMapping.order(of: labels, in: configuration, folder: settings.features.cache ?? "the student")
        let name = settings.corpus?.descriptor.name ?? ""
        let (names, workers) = (labels.names, workers)
        return WeightSelection(steps: steps) { weights throws(TrainingError) in
            let model = BERTModel(configuration: configuration, weights: weights)
            // To its end, whoever interrupts: the state that is saved next has been judged.
            let outputs = try Evaluation(model, on: examples, observer: .silent, workers: workers)
            let evaluation = order.map(outputs.reordered) ?? outputs
            let metrics = labels.isOfWords ? evaluation.metrics(examples, names: names, sentences: table.exampleIDs) : try evaluation.metrics(examples.labels)
            let chosen = Metric.scored(name, stated: labels.isOfWords ? [.entityF1] : nil, of: metrics)
            return chosen.reduce(0) { $0 + (metrics[$1] ?? 0) } / Double(max(chosen.count, 1))
        }
    }
}
