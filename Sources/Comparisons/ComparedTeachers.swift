import Kernels
import Pipelines
import Records
import Training

/// The teachers of a table, each asked once for all of its students.
final class ComparedTeachers {
    private let store: ComparisonStore
    /// What they say of splits.
    private var known: [String: Evaluation?] = [:]

    init(_ store: ComparisonStore) { self.store = store }

    /// What the teacher says of a split; nil where it has no classifier, or where there is none.
    func output(of pipeline: Pipeline, _ split: String) throws(PipelinesError) -> Evaluation? {
        guard pipeline.settings.teacher != nil else { return nil }
        let fingerprint = pipeline.teacherFingerprint(split)
        if let found = known[fingerprint] { return found }
        let (examples, labels) = try pipeline.examples(split)
        let made = try pipeline.evaluation(of: "teacher", in: pipeline.teacherFolder, on: examples, labels, split: split)
        known[fingerprint] = .some(made)
        return made
    }

    /// Refuses a teacher that is not the one of the rows that are kept: another processor tunes another one by equal settings, and its
    /// students cannot stand beside those of the first.
    func check(of task: String, _ pipeline: Pipeline, finished: (RunRecord.Stage) -> Void) throws(PipelinesError) {
        for split in pipeline.settings.evaluate.splits {
            let fingerprint = pipeline.teacherFingerprint(split)
            guard known[fingerprint] == nil, let kept = store.result(task, FinishedRow.teacher, split, nil), kept.fingerprint == fingerprint else { continue }
            _ = try pipeline.run(until: pipeline.plan("finetune") == nil ? "tokens" : "finetune", warns: false, finished: finished)
            guard let teacher = try output(of: pipeline, split) else { continue }
            let (ours, theirs) = (try pipeline.tokenTable(split).predictions(teacher), kept.predictions)
            let count = ours.count
            let different = theirs.count == count ? zip(ours, theirs).count { ($0 - $1).magnitude > 0.01 } : count
            // Where two classes are level, last bits may decide.
            guard different * 200 > count else { continue }
            throw .stage(
                "compare",
                problem: "the teacher of '\(task)' differs on \(different) of \(count) examples of '\(split)' from that of the rows in '\(store.folder)': "
                    + "another processor or other kernels tune another one. This process computes with '\(arithmetic)', and "
                    + "\(kept.arithmetic.map { "that one with '\($0)'" } ?? "of that one it is not known"). Compute as there (LIMBECK_KERNELS, OPENBLAS_CORETYPE), "
                    + "or give another --output")
        }
    }
}
