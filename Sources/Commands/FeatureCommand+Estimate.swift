import Features
import Files
import Kernels
import Pipelines
import Records

extension FeatureCommand {
    /// Prints what the cache would cost.
    func estimate(_ source: FeatureSource) throws(PipelinesError) {
        let estimate = try lift(PipelinesError.features) { () throws(FeaturesError) in
            try FeatureExtraction(model: model, specification: specification, workers: work.workers).estimate(source)
        }
        let facts = [
            ("sequences", "\(estimate.sequences)"), ("tokens", "\(estimate.tokens)"),
            ("disk", "\(readable(estimate.bytes)), \(fixed(Double(estimate.bytes) / Double(max(1, estimate.tokens)), 1)) bytes a token"),
            ("before compression", readable(estimate.rawBytes)),
            ("states", "\(fixed(estimate.bitsPerValue, 2)) bits a value in \(specification.precision.rawValue)"),
            ("time", "\(duration(estimate.seconds)) with \(work.workers.count) threads"), ("memory", readable(estimate.memoryBytes)),
        ]
        var text = "estimate, from a probe of \(estimate.probedSequences) sequences:\n"
        for (name, value) in facts { text += "  \(name)".padded(22) + value + "\n" }
        let lines = text
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(lines) }
    }
}
