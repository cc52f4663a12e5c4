import BERT
import Corpora
import Features
import Tokens
import WordPiece

extension Pipeline {
    /// Refuses, before any work, a teacher that its stages would refuse: by its configuration and the names of its tensors alone.
    ///
    /// - Parameter until: the last stage that is going to run; nil for all.
    package func checkTeacher(until: String? = nil) throws(PipelinesError) {
        let last = plans.firstIndex { $0.name == until } ?? plans.count - 1
        let open = plans.prefix(last + 1).filter { !isFinished($0) }.map(\.name)
        if let prior, let student = prior.studentPlan, !prior.isFinished(student), settings.students.contains(where: { open.contains($0.stage) }) {
            try prior.checkTeacher(until: student.name)
        }
        guard !Set(open).isDisjoint(with: ["finetune", "augment", "features", "transfer-features"]) else { return }
        switch settings.teacher?.source {
        case nil: return
        case .random(let architecture)?: try checkVocabulary(BERTConfiguration(architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count), "the teacher")
        case .folder(let path)?:
            let checkpoint = try lift(PipelinesError.model) { () throws(BERTError) in try Checkpoint(folder: path) }
            try checkVocabulary(checkpoint.configuration, "the teacher")
            guard plan("finetune") == nil, open.contains("features") || open.contains("transfer-features"), settings.features.tensors.contains(.logits) else { return }
            try checkClassifier(checkpoint.hasClassifier, path)
            if let labels = settings.corpus?.descriptor.labelSet {
                _ = try LabelMapping.order(of: labels, in: checkpoint.configuration, stated: statedLabels, folder: path)
            }
        }
    }

    func checkClassifier(_ hasClassifier: Bool, _ folder: String) throws(PipelinesError) {
        guard !hasClassifier else { return }
        throw .usage(
            "'\(folder)' has no classifier, and logits are cached; tune it first (`finetune:` of the teacher, or `limbeck finetune`), or leave logits out of features.tensors")
    }
}
