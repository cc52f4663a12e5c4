import Pipelines
import Shards

extension Pipeline {
    /// What decides the predictions of this pipeline's student on a split.
    func studentFingerprint(_ split: String) -> String { fingerprint("student", of: plan("distill")?.fingerprint ?? "", split) }

    /// What decides those of its teacher, and those of a constant.
    func teacherFingerprint(_ split: String) -> String {
        let teacher = plan("evaluate")?.inputs.filter { $0.name.hasPrefix("teacher") }.map(\.value).joined(separator: " ")
        return fingerprint("teacher", of: (teacher ?? "") + constant, split)
    }

    /// What decides a constant, which is learnt from the training split; a tuned teacher's fingerprint has it.
    private var constant: String {
        if plan("finetune") != nil { return "" }
        if let folder = settings.features.cache {
            guard let shards = try? ShardSet(folder: folder) else { return "" }
            let (names, prints) = (shards.identity.labelNames, shards.identity.fingerprints)
            // Caches of one text and teacher in several precisions are of the same labels.
            guard let text = prints["corpus"] ?? prints["tokens"], let teacher = prints["teacher"] else { return " " + shards.manifestHash }
            return " " + [text, teacher, names.joined(separator: ",")].joined(separator: " ")
        }
        return (plan("tokens")?.inputs ?? []).filter { ["descriptor.train", "corpus.train"].contains($0.name) }.map { " " + $0.value }.joined()
    }

    private func fingerprint(_ what: String, of model: String, _ split: String) -> String {
        // Of the tokens what decides this split: others may be added.
        let tokens = (plan("tokens")?.inputs ?? []).filter { input in
            let parts = input.name.split(separator: ".", maxSplits: 1)
            return parts.count == 1 || !["descriptor", "corpus", "cells"].contains(parts[0]) || parts[1] == split
        }
        return StagePlan(what, version: 1, inputs: [("model", model), ("split", split)] + tokens.map { ($0.name, $0.value) }).fingerprint
    }
}
