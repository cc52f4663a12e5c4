import Corpora
import Training

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

    /// Those that a corpus is judged by; all where none of them can be computed.
    static func chosen(for descriptor: String, of metrics: [Metric: Double]) -> [Metric: Double] {
        let chosen = metrics.filter { official(descriptor)?.contains($0.key) ?? true }
        return chosen.isEmpty ? metrics : chosen
    }
}
