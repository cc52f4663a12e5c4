import Corpora
package import Tokens
package import Training

extension Metric {
    /// What GLUE judges a task by; nil for other corpora.
    static func official(_ descriptor: String) -> [Metric]? {
        switch GLUETask(named: descriptor) {
        case .cola: [.matthews]
        case .mrpc, .qqp: [.accuracy, .f1]
        case .stsb: [.pearson, .spearman]
        case .sst2, .mnli, .qnli, .rte, .wnli, .ax: [.accuracy]
        case nil: nil
        }
    }

    /// Those that fit some labels.
    package static func computed(of labels: LabelSet) -> [Metric] {
        switch labels {
        case .none, .maskedWords: []
        case .scores: [.pearson, .spearman]
        case .tags: [.entityF1, .accuracy]
        case .categories(let names): [.accuracy] + (names.count == 2 ? [.f1, .matthews] : [])
        }
    }

    /// Those of a task whose mean is its score.
    ///
    /// - Parameters:
    ///   - stated: in place of those that GLUE names.
    ///   - computed: those that fit the labels.
    package static func scored(_ task: String, stated: [Metric]?, of computed: [Metric: Double]) -> [Metric] {
        let usual: [Metric] = computed[.pearson] == nil ? [.accuracy] : [.pearson, .spearman]
        // A corpus of a task's name may have other labels.
        return stated ?? official(task).flatMap { $0.allSatisfy { computed[$0] != nil } ? $0 : nil } ?? usual
    }

    /// Those that a corpus is judged by; all where none of them can be computed.
    package static func chosen(for descriptor: String, of metrics: [Metric: Double]) -> [Metric: Double] {
        let chosen = metrics.filter { official(descriptor)?.contains($0.key) ?? true }
        return chosen.isEmpty ? metrics : chosen
    }
}
