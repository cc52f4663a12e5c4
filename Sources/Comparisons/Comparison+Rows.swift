import BERT
import Corpora
import Distillation
import Files
import Kernels
import Pipelines
import Records
import Tokens
import Training

extension Comparison {
    /// The row of a student, and those of labels, constant and teacher where they are not there yet.
    func results(_ run: ComparisonRun, _ pipeline: Pipeline, _ split: String, seconds: Double?) throws(PipelinesError) -> [FinishedRow] {
        let table = try pipeline.tokenTable(split)
        let (examples, labels) = (Examples(table), table.labelSet)
        let fingerprint = pipeline.teacherFingerprint(split)
        var results: [FinishedRow] = []
        func result(_ system: String, _ evaluation: Evaluation, seed: UInt64?, _ fingerprint: String) throws(PipelinesError) -> FinishedRow {
            var result = FinishedRow(task: run.task, system: system, split: split, seed: seed, fingerprint: fingerprint)
            (result.arithmetic, result.corpus) = (arithmetic, pipeline.settings.corpus?.descriptor.name)
            result.metrics = try pipeline.metrics(evaluation, split: split)
            result.predictions = table.predictions(evaluation)
            return result
        }
        let teacherFolder = pipeline.settings.teacher == nil ? nil : pipeline.teacherFolder
        let teacherModel = try teacherFolder.map { _ throws(PipelinesError) in try pipeline.teacher() }
        let teacher = try teachers.output(of: pipeline, split)
        if !store.has(run.task, FinishedRow.labels, split, nil, fingerprint) {
            results.append(try result(FinishedRow.constant, pipeline.constant(on: examples, labels), seed: nil, fingerprint))
            var truth = FinishedRow(task: run.task, system: FinishedRow.labels, split: split, fingerprint: fingerprint)
            truth.predictions = table.truth
            results.append(truth)
            if let teacher, let teacherFolder, let teacherModel {
                var row = try result(FinishedRow.teacher, teacher, seed: nil, fingerprint)
                (row.parameters, row.bytes) = (teacherModel.parameterCount, try fileSize(teacherFolder))
                results.append(row)
            }
        }
        let folder = pipeline.folder(of: "distill")
        let model = try pipeline.load(folder: folder)
        guard let student = try pipeline.evaluation(of: "distilled", model, in: folder, on: examples, labels, split: split) else {
            throw .stage("compare", problem: "the student of \(run.task), \(run.system) has no classifier to judge; give its objective soft or hard losses")
        }
        var row = try result(run.system, student, seed: run.seed, pipeline.studentFingerprint(split))
        (row.parameters, row.bytes) = (model.parameterCount, try fileSize(folder))
        // A student that was finished without its row has none; an earlier row of the same student may.
        let earlier = store.result(run.task, run.system, split, run.seed)
        row.seconds = seconds.map { rounded($0, 1) } ?? (earlier?.fingerprint == row.fingerprint ? earlier?.seconds : nil)
        if let teacher, let teacherModel {
            if labels.isOfWords {
                // Marks of sentences are no words.
                let words = zip(row.predictions, table.predictions(teacher)).filter { $0.0 >= 0 }
                row.agreement = Metric.accuracy(words.map { Int($0.0) }, words.map { Int($0.1) })
            } else if labels != .scores {
                (row.agreement, row.divergence) = (Metric.accuracy(student.categories, teacher.categories), student.divergence(from: teacher))
            }
            let speed = try pipeline.speed(of: [("teacher", teacherModel), ("student", model)], examples)
            if let fast = speed["student"], let slow = speed["teacher"] { row.speedup = rounded(fast / slow, 2) }
        }
        return results + [row]
    }

    /// The bytes of a model's file.
    private func fileSize(_ folder: String) throws(PipelinesError) -> Int {
        try lift(PipelinesError.files) { () throws(FilesError) in try Folder.size(folder + "/model.safetensors") }
    }
}

/// As it is read back.
private func rounded(_ value: Double, _ places: Int) -> Double { Double(fixed(value, places)) ?? value }

extension TokenTable {
    /// The labels of a split as rows of a table have them.
    fileprivate var truth: [Double] {
        switch Examples(self).labels {
        case .none: []
        case .categories(let all): all.map(Double.init)
        case .scores(let all): all.map(Double.init)
        case .tags(let all): sentences(all)
        }
    }

    /// What a model says of a split, as numbers of the same kind.
    func predictions(_ evaluation: Evaluation) -> [Double] {
        if labelSet == .scores { return evaluation.scores }
        let categories = evaluation.categories
        return labelSet.isOfWords ? sentences(categories) : categories.map(Double.init)
    }

    /// The tags of labelled words, -1 after each sentence; parts of one that was too long stand one after another.
    private func sentences(_ values: [Int]) -> [Double] {
        var found: [Double] = []
        for row in 0..<count {
            for token in offsets[row]..<offsets[row + 1] where (tags?[token] ?? -1) >= 0 { found.append(Double(values[token])) }
            if row + 1 == count || exampleIDs[row + 1] != exampleIDs[row] { found.append(-1) }
        }
        return found
    }
}
