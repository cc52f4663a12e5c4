package import BERT
import Records
package import Training

extension Pipeline {
    /// Sequences a second of each model: runs them by turns over the same batch, each turn a fifth of a second or more, and takes medians.
    package func speed(of models: [(name: String, model: BERTModel)], _ examples: Examples) throws(PipelinesError) -> [String: Double] {
        let sample = examples.first(32)
        let silent = WorkObserver(isInterrupted: observer.isInterrupted)
        var rounds: [String: [Double]] = [:]
        for _ in 0..<3 {
            for (name, model) in models {
                let start = ContinuousClock.now
                var (seconds, count) = (0.0, 0)
                while seconds < 0.2 {
                    _ = try lift(PipelinesError.training) { () throws(TrainingError) in
                        try Evaluation(model, on: sample, observer: silent, workers: workers)
                    }
                    count += sample.count
                    seconds = (ContinuousClock.now - start) / .seconds(1)
                }
                rounds[name, default: []].append(Double(count) / seconds)
            }
        }
        return rounds.mapValues { $0.sorted()[$0.count / 2] }
    }
}
