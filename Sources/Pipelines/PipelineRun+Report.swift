import BERT
import Corpora
import Files
import Kernels
import Records
import Training

extension PipelineRun {
    struct Report {
        var text: String
        /// Parameters of each model.
        var sizes: [String: Int]
        /// Sequences a second of each model, medians of alternating rounds.
        var speed: [String: Double]
    }

    /// What a person wants to know at the end: what was made, where, how good, how small, how fast.
    func report(_ record: RunRecord) throws(PipelinesError) -> Report {
        var sizes: [String: Int] = [:]
        var loaded: [(name: String, model: BERTModel)] = []
        for (name, path) in pipeline.models {
            let model = try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: path, on: work.workers) }
            sizes[name] = model.parameterCount
            if model.hasClassifier { loaded.append((name, model)) }
        }
        let split = pipeline.settings.evaluate.splits[0]
        let (examples, _) = try pipeline.examples(split)
        let speed = try pipeline.speed(of: loaded.filter { $0.name != "baseline" }, examples)

        let official = pipeline.settings.corpus.flatMap { Metric.official($0.descriptor.name) }?.map(\.rawValue) ?? []
        var text = "\n"
        for split in pipeline.settings.evaluate.splits {
            let all = (record.metrics["constant \(split)"] ?? [:]).keys.sorted()
            let names = official.contains(where: all.contains) ? all.filter(official.contains) : all
            text += "\(pipeline.settings.name), \(split)".padded(24) + names.map { $0.aligned(10) }.joined()
            text += "parameters".aligned(14) + "sequences/s".aligned(14) + "\n"
            for (model, title) in Self.titles {
                guard let metrics = record.metrics["\(model) \(split)"] else { continue }
                text += "  \(title)".padded(24) + names.map { metrics[$0].map { fixed($0, 4) } ?? "-" }.map { $0.aligned(10) }.joined()
                text += (sizes[model].map { "\($0)" } ?? "").aligned(14)
                text += (speed[model].map { short($0) } ?? "").aligned(14) + "\n"
            }
            text += retention(record, split, names)
        }
        if let teacher = sizes["teacher"], let student = sizes["distilled"], let slow = speed["teacher"], let fast = speed["distilled"] {
            text += "\nThe student is \(fixed(Double(teacher) / Double(student), 1)) times smaller and \(fixed(fast / slow, 1)) times faster than its teacher.\n"
        }
        text += try made()
        if pipeline.plan("export") != nil { text += "\nTry it: limbeck predict --model \(folder)/export --lines -\n" }
        return Report(text: text, sizes: sizes, speed: speed)
    }

    /// What stands in the run's folder, and how large it is.
    func made() throws(PipelinesError) -> String {
        var text = "\nMade in \(folder):\n"
        for (name, what) in Self.contents {
            guard let plan = pipeline.plan(name), pipeline.isFinished(plan) else { continue }
            let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.totalSize(pipeline.folder(plan)) }
            text += "  \(name)".padded(24) + what.padded(46) + "\(fixed(Double(bytes) / 1e6, 1)) MB".aligned(10) + "\n"
        }
        return text
    }

    private static let contents = [
        ("corpus", "the text of the dumps, a document a page"), ("tokens", "the corpus as WordPiece ids"), ("finetune", "the teacher, a Hugging Face folder"),
        ("augment", "the examples and their views with other words"),
        ("mask", "the text with words masked"), ("features", "its states, cached once for all students"), ("transfer", "text without labels as WordPiece ids"),
        ("transfer-features", "the teacher's states on it"), ("baseline", "the student without a teacher"),
        ("distill", "the distilled student, with its history"), ("evaluate", "metrics of all of them"),
        ("export", "the distilled student, a Hugging Face folder"),
    ]

    /// What the student keeps of the teacher, in per cent, under the columns of the metrics.
    private func retention(_ record: RunRecord, _ split: String, _ names: [String]) -> String {
        func values(_ model: String) -> [String: Double]? { record.metrics["\(model) \(split)"] }
        guard let student = values("distilled"), let teacher = values("teacher"), let constant = values("constant") else { return "" }
        let kept = names.map { name in
            Retention(
                student: student[name] ?? 0, teacher: teacher[name] ?? 0, constant: constant[name] ?? 0,
                hard: values("baseline")?[name])
        }
        let rows: [(String, [Double?])] = [
            ("student / teacher", kept.map(\.raw)), ("  above a constant", kept.map(\.chanceCorrected)),
            ("  above no teacher", kept.map(\.recoveredGap)),
        ]
        return rows.filter { $0.1.contains { $0 != nil } }.map { title, shares in
            "  \(title)".padded(24) + shares.map { ($0.map { fixed(100 * $0, 1) + " %" } ?? "-").aligned(10) }.joined() + "\n"
        }.joined()
    }

    private static let titles = [
        ("constant", "constant"), ("teacher", "teacher"), ("distilled", "distilled student"), ("baseline", "student, no teacher"),
    ]
}
