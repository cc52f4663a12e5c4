import BERT
import Distillation
import Features
import Kernels
import Pipelines
import Randomness
import Records
import Shards
import Synchronization
import Tokens
import Training

/// What is measured.
extension ComputeBenchmark {
    /// 10^9 operations a second of a layer's products alone.
    func sgemmRate(_ model: BERTModel, rows: Int) -> Double {
        let (hidden, inner) = (model.configuration.hiddenSize, model.configuration.intermediateSize)
        let products = [(hidden, 3 * hidden), (hidden, hidden), (hidden, inner), (inner, hidden)]
        let operations = products.reduce(0.0) { $0 + 2 * Double(rows) * Double($1.0) * Double($1.1) }
        return operations / 1e9 / products.reduce(0.0) { $0 + Peaks.productSeconds(rows: rows, inner: $1.0, columns: $1.1, on: workers) }
    }

    private func batch(_ rows: Range<Int>) -> TokenBatch {
        rows.reduce(into: TokenBatch()) { $0.append(ids: sequences[$1].ids, types: sequences[$1].types) }
    }

    /// Tokens a second, in batches of 32.
    func forward(_ model: BERTModel) -> Double {
        let workspace = Workspace()
        let batches = stride(from: 0, to: sequences.count, by: 32).map { batch($0..<min($0 + 32, sequences.count)) }
        let requirement = TapRequirement(layers: [model.configuration.layerCount])
        _ = model.taps(batches[0], requirement, workspace: workspace, on: workers)
        let seconds = ContinuousClock().measure {
            for batch in batches { _ = model.taps(batch, requirement, workspace: workspace, on: workers) }
        }
        return Double(batches.reduce(0) { $0 + $1.tokenCount }) / (seconds / .seconds(1))
    }

    private var layers: [Int] {
        LayerMap.uniform(student: student.configuration.layerCount, teacher: teacher.configuration.layerCount) ?? [teacher.configuration.layerCount]
    }

    /// The whole stage that makes a cache, into an empty folder.
    func fill(_ folder: String, _ rounds: inout [String: [Double]]) throws(PipelinesError) -> FeatureCache {
        let start = ContinuousClock.now
        let cache = try lift(PipelinesError.features) { () throws(FeaturesError) in
            let specification = try FeatureSpecification(layers: layers, tensors: [.hidden], of: teacher)
            let observer = observer
            let extraction = FeatureExtraction(model: teacher, specification: specification, workers: workers) { _ in observer.isInterrupted() }
            return try extraction.run(FeatureSource(sequences), fingerprints: [:], labels: .none, into: folder)
        }
        let tokens = Double(sequences.reduce(0) { $0 + $1.ids.count })
        rounds["caching", default: []].append(tokens / ((ContinuousClock.now - start) / .seconds(1)))
        return cache
    }

    func read(_ cache: FeatureCache) throws(PipelinesError) -> Double {
        let order = permutation(count: cache.count, seed: 0, stream: Streams.order)
        let (start, requirement) = (ContinuousClock.now, TapRequirement(layers: cache.layers))
        for first in stride(from: 0, to: order.count, by: options.batchSize) {
            _ = try lift(PipelinesError.features) { () throws(FeaturesError) in
                try cache.taps(Array(order[first..<min(first + options.batchSize, order.count)]), requirement, on: workers)
            }
        }
        return Double(cache.shards.tokenCount) / ((ContinuousClock.now - start) / .seconds(1))
    }

    /// One epoch, of which the first step is not timed.
    ///
    /// - Returns: tokens a second, and the share of the time in which the cache was waited for.
    func train(_ cache: FeatureCache, _ perturbation: Perturbation) throws(PipelinesError) -> (Double, Double) {
        let count = sequences.count / options.batchSize * options.batchSize
        var examples = Examples(labels: .categories((0..<sequences.count).map { $0 % 2 }))
        for sequence in sequences { examples.append(ids: sequence.ids, types: sequence.types) }
        let stage = TrainingPlan.Stage(share: 1, weights: LossWeights(contrastive: 1, soft: 0, hard: 1))
        let objective = LRCObjective(layers: layers)
        let plan = TrainingPlan(
            objective: objective, stages: [stage], perturbation: perturbation,
            negatives: NegativePlan(count: options.batchSize - 1), epochs: 1, batchSize: options.batchSize, learningRate: 1e-4, seed: 1)
        var configuration = student.configuration
        configuration.labelNames = ["0", "1"]
        configuration.isRegression = false
        let weights = Parameters(layout: ParameterLayout(student: configuration, objective: objective, teacherWidth: cache.hidden))
        weights.initialise(range: configuration.initializerRange, seed: 1)
        let times = Mutex<[(ContinuousClock.Instant, Double)]>([])
        let interrupted = observer.isInterrupted
        let observer = WorkObserver(
            report: { event in
                let waited = event.values.first { $0.name == "waited" }?.number ?? 0
                times.withLock { $0.append((ContinuousClock.now, waited)) }
            }, isInterrupted: interrupted)
        try lift(PipelinesError.training) { () throws(TrainingError) in
            _ = try Trainer(
                plan: plan, configuration: configuration, set: TrainingSet(examples, cache), stage: "bench", observer: observer, workers: workers
            ).train(weights)
        }
        return times.withLock { times in
            let tokens = Double(examples.offsets[examples.count]) * Double(times.count - 1) / Double(times.count)
            precondition(times.count > 1 && count > 0, "an epoch of several steps")
            return (tokens / ((times[times.count - 1].0 - times[0].0) / .seconds(1)), times[times.count - 1].1)
        }
    }

    func speedUp(batch size: Int, length: Int) throws(PipelinesError) -> ComputeReport.SpeedUp {
        let length = min(length, min(teacher.configuration.maximumPositions, student.configuration.maximumPositions))
        let vocabulary = min(teacher.configuration.vocabularySize, student.configuration.vocabularySize)
        let sequences = BenchmarkModel.sequences(Array(repeating: length, count: size), vocabulary: vocabulary)
        let batch = sequences.reduce(into: TokenBatch()) { $0.append(ids: $1.ids, types: $1.types) }
        var milliseconds: [[Double]] = [[], []]
        let workspaces = [Workspace(), Workspace()]
        for round in 0...options.rounds {
            for (index, model) in [teacher, student].enumerated() {
                try stop()
                let start = ContinuousClock.now
                var (count, seconds) = (0, 0.0)
                while seconds < 0.1 {
                    _ = model.taps(batch, TapRequirement(layers: [model.configuration.layerCount], pooled: true), workspace: workspaces[index], on: workers)
                    count += 1
                    seconds = (ContinuousClock.now - start) / .seconds(1)
                }
                if round > 0 { milliseconds[index].append(1000 * seconds / Double(count)) }
            }
        }
        let (slow, fast) = (median(milliseconds[0]), median(milliseconds[1]))
        return .init(batch: size, length: length, teacherMilliseconds: slow, studentMilliseconds: fast, ratio: slow / fast)
    }
}
