import Pipelines
import Training

/// What came of one model on one split: a line of `rows.tsv`.
struct FinishedRow: Sendable, Equatable {
    /// Rows beside those of the table's systems.
    static let teacher = "teacher", constant = "constant", labels = "labels"

    var task, system, split: String
    /// Nil for what no seed of the table reaches.
    var seed: UInt64?
    var metrics: [Metric: Double] = [:]
    /// The share of examples on which it says what the teacher says, and the mean KL of its distribution from the teacher's.
    var agreement, divergence: Double?
    var parameters, bytes: Int?
    /// Sequences a second beside the teacher's, by turns on this machine.
    var speedup: Double?
    /// Of its training.
    var seconds: Double?
    /// The name of the corpus, which says what it is judged by; nil in rows of before it was kept.
    var corpus: String?
    /// What computed it: kernels and BLAS, on whose last bits a training depends; nil in rows of before it was kept.
    var arithmetic: String?
    /// Over all that decides it: settings, data, teacher.
    var fingerprint: String
    /// Classes or scores, in the order of the split.
    var predictions: [Double] = []

    func isOf(_ task: String, _ system: String, _ split: String, _ seed: UInt64?) -> Bool {
        self.task == task && self.system == system && self.split == split && self.seed == seed
    }
}

extension FinishedRow {
    private static let texts = ["task", "system", "split", "seed"]
    private static let numbers = ["agreement", "divergence", "parameters", "bytes", "speedup", "seconds"]
    static let columns = texts + Metric.allCases.map(\.rawValue) + numbers + ["corpus", "arithmetic", "fingerprint"]
    static let predictionColumns = texts + ["fingerprint", "predictions"]

    private var key: [String] { [task, system, split, seed.map { "\($0)" } ?? "-"] }

    /// The line of `rows.tsv`; a value that there is not is `-`.
    var line: String {
        let values: [String?] = [
            agreement.map { "\($0)" }, divergence.map { "\($0)" }, parameters.map { "\($0)" }, bytes.map { "\($0)" }, speedup.map { fixed($0, 2) },
            seconds.map { fixed($0, 1) },
        ]
        let fields = key + Metric.allCases.map { metrics[$0].map { "\($0)" } ?? "-" } + values.map { $0 ?? "-" } + [corpus ?? "-", arithmetic ?? "-", fingerprint]
        return fields.joined(separator: "\t")
    }

    /// The line of `predictions.tsv`.
    var predictionLine: String {
        let values = predictions.map { $0 == $0.rounded() && $0.magnitude < 1e15 ? "\(Int($0))" : "\(Float($0))" }
        return (key + [fingerprint, values.joined(separator: ",")]).joined(separator: "\t")
    }

    /// - Parameter fields: by their columns; a number whose column is not there is none, so that rows of before a metric are read.
    /// - Returns: nil where one of them is not what it should be.
    init?(fields: [String: Substring]) {
        guard let task = fields["task"], let system = fields["system"], let split = fields["split"], let seed = fields["seed"],
            let fingerprint = fields["fingerprint"]
        else { return nil }
        self.init(task: String(task), system: String(system), split: String(split), fingerprint: String(fingerprint))
        if seed != "-" {
            guard let seed = UInt64(seed) else { return nil }
            self.seed = seed
        }
        var numbers: [String: Double] = [:]
        for name in Metric.allCases.map(\.rawValue) + Self.numbers {
            guard let text = fields[name], text != "-" else { continue }
            guard let value = Double(text), value.isFinite else { return nil }
            numbers[name] = value
        }
        for metric in Metric.allCases { metrics[metric] = numbers[metric.rawValue] }
        (agreement, divergence, speedup, seconds) = (numbers["agreement"], numbers["divergence"], numbers["speedup"], numbers["seconds"])
        func text(_ name: String) -> String? { fields[name].flatMap { $0 == "-" ? nil : String($0) } }
        (corpus, arithmetic) = (text("corpus"), text("arithmetic"))
        (parameters, bytes) = (numbers["parameters"].flatMap { Int(exactly: $0) }, numbers["bytes"].flatMap { Int(exactly: $0) })
    }
}
