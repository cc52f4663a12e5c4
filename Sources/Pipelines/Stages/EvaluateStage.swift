package import BERT
import Distillation
import Files
import Records
package import Tokens
package import Training

extension Pipeline {
    /// The models of this pipeline that can be evaluated, by name.
    var models: [(name: String, folder: String)] {
        var models: [(String, String)] = settings.teacher == nil ? [] : [("teacher", teacherFolder)]
        if plan("distill") != nil { models.append(("distilled", folder(of: "distill"))) }
        if plan("baseline") != nil { models.append(("baseline", folder(of: "baseline"))) }
        return models
    }

    /// Writes `metrics.json`: for each split, the constant predictor and each model.
    func evaluate(into path: String) throws(PipelinesError) -> [String] {
        var metrics: [String: [String: Double]] = [:]
        for split in settings.evaluate.splits {
            let (examples, labels) = try examples(split)
            metrics["constant \(split)"] = try values(constant(on: examples, labels), split)
            for (name, folder) in models {
                guard let evaluation = try evaluation(of: name, in: folder, on: examples, labels, split: split) else { continue }
                metrics["\(name) \(split)"] = try values(evaluation, split)
            }
        }
        let result = metrics
        try lift(PipelinesError.files) { () throws(FilesError) in
            try AtomicFile.write(result.json(pretty: true), to: path + "/metrics.json")
        }
        return ["metrics.json"]
    }

    /// The predictor that says the same of every example, from the training labels.
    package func constant(on examples: Examples, _ labels: LabelSet) throws(PipelinesError) -> Evaluation {
        let (train, theirs) = try self.examples("train")
        let count = labels.isOfWords ? examples.ids.count : examples.count
        let constant = Evaluation.constant(from: train.labels, count: count, classes: max(1, theirs.names.count))
        // A cache may have the classes in another order than the corpus.
        guard labels != theirs else { return constant }
        do { return constant.reordered(try labels.mapping(to: labels == .scores ? ["score"] : theirs.names)) } catch {
            throw .labels(folder: settings.features.cache ?? "train", error)
        }
    }

    /// A model's outputs with the columns of the data's classes; nil where it has no classifier.
    ///
    /// - Parameter name: "teacher", or that of a student.
    package func evaluation(
        of name: String, in folder: String, on examples: Examples, _ labels: LabelSet, split: String
    ) throws(PipelinesError) -> Evaluation? {
        try evaluation(of: name, name == "teacher" ? teacher() : load(folder: folder), in: folder, on: examples, labels, split: split)
    }

    /// The same of a model that was loaded from the folder.
    package func evaluation(
        of name: String, _ model: BERTModel, in folder: String, on examples: Examples, _ labels: LabelSet, split: String
    ) throws(PipelinesError) -> Evaluation? {
        guard model.hasClassifier else { return nil }
        try checkVocabulary(model.configuration, name == "teacher" ? "the teacher" : "the \(name) student")
        let evaluation = try lift(PipelinesError.training) { () throws(TrainingError) in
            try Evaluation(model, on: examples, stage: "evaluate \(name) \(split)", observer: observer, workers: workers)
        }
        let stated = name == "teacher" ? statedLabels : nil
        let order = try LabelMapping.order(of: labels, in: model.configuration, stated: stated, folder: folder)
        return order.map(evaluation.reordered) ?? evaluation
    }

    private func values(_ evaluation: Evaluation, _ split: String) throws(PipelinesError) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: try metrics(evaluation, split: split).map { ($0.key.rawValue, $0.value) })
    }
}
