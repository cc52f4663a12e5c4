import BERT
import Distillation
import Features
import Files
import Kernels
import Randomness
import Records
import Shards
import Synchronization
import Tokens
import Training

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `limbeck bench compute`: a teacher, a student and its training on this machine, by turns, on real tokens.
public struct ComputeBenchmark {
    public struct Options {
        /// A model's folder, or the name of a shape.
        public var teacher = "bert-base"
        /// A model's folder, or layers x hidden x intermediate x heads.
        public var student = "4x312x1200x12"
        /// A folder of tokens whose lengths are taken; nil draws some like MRPC's.
        public var tokens: String?
        /// A text to tokenise.
        public var text: String?
        /// A vocabulary for it; nil is that of the teacher's folder.
        public var vocabulary: String?
        public var sequences = 256
        public var batchSize = 16
        public var rounds = 3
        /// Where the cache is kept meanwhile; nil is the system's folder for such things.
        public var folder: String?
        public var isJSON = false

        public init() {}
    }

    private let options: Options
    private let workers: Workers
    private let observer: WorkObserver
    private let teacher: BERTModel
    private let student: BERTModel
    private let sequences: [TokenSequence]

    public init(_ options: Options, work: Work) throws(PipelinesError) {
        guard options.sequences >= options.batchSize, options.batchSize > 1, options.rounds > 0 else {
            throw .usage("--sequences is at least --batch, which is at least 2; --rounds is at least 1")
        }
        (self.options, workers, observer) = (options, work.workers, work.observer)
        teacher = try BenchmarkModel.model(options.teacher, option: "--teacher")
        student = try BenchmarkModel.model(options.student, option: "--student", vocabulary: teacher.configuration.vocabularySize)
        let lengths = try options.tokens.map { path throws(PipelinesError) in try BenchmarkModel.lengths(path) } ?? BenchmarkModel.lengths
        let limit = min(teacher.configuration.maximumPositions, student.configuration.maximumPositions)
        sequences = BenchmarkModel.sequences(
            (0..<options.sequences).map { min(lengths[$0 % lengths.count], limit) },
            vocabulary: min(teacher.configuration.vocabularySize, student.configuration.vocabularySize))
    }

    /// Prints a table, or JSON.
    public func run() throws(PipelinesError) {
        let parent = options.folder ?? Environment.variables["TMPDIR"] ?? "/tmp"
        let folder = parent + "/limbeck-bench-\(getpid())"
        defer { try? Folder.remove(folder) }
        let report = try measure(folder)
        let text = options.isJSON ? report.json(pretty: true) : Array(report.table.utf8)
        try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(text) }
    }

    private func measure(_ folder: String) throws(PipelinesError) -> ComputeReport {
        let tokens = sequences.reduce(0) { $0 + $1.ids.count }
        let rows = tokens / sequences.count * options.batchSize
        observer.note("bench: the machine's limits")
        var report = ComputeReport(
            machine: .init(
                arithmetic: arithmetic, threads: workers.count, copyGigabytesPerSecond: Peaks.copyRate(on: workers) / 1e9),
            sequences: sequences.count, tokens: tokens, batchSize: options.batchSize, rounds: options.rounds,
            teacher: facts(teacher, rows: 2 * rows), student: facts(student, rows: rows), sizeRatio: 0)
        report.sizeRatio = Double(report.teacher.parameters) / Double(report.student.parameters)

        var rounds: [String: [Double]] = [:]
        var waited: [Double] = []
        for round in 1...options.rounds {
            observer.note("bench: round \(round) of \(options.rounds)")
            try lift(PipelinesError.files) { () throws(FilesError) in try Folder.remove(folder) }
            try stop()
            rounds["teacher", default: []].append(forward(teacher))
            rounds["student", default: []].append(forward(student))
            let cache = try fill(folder, &rounds)
            report.cacheBytesPerToken = Double(cache.shards.manifest.files.reduce(0) { $0 + $1.bytes }) / Double(tokens)
            rounds["reading", default: []].append(try read(cache))
            for perturbation in [Perturbation.off, .raw] {
                try stop()
                let (rate, share) = try train(cache, perturbation)
                rounds[perturbation == .off ? "step" : "perturbed", default: []].append(rate)
                waited.append(share)
            }
        }
        report.waitedShare = median(waited)
        let lengths = sequences.map(\.ids.count)
        let (teacherWork, studentWork) = (
            teacher.configuration.forwardOperations(lengths: lengths) / Double(tokens),
            student.configuration.forwardOperations(lengths: lengths) / Double(tokens)
        )
        // A projection a layer, and its two gradients, each as much as the projection.
        let width = Double(student.configuration.hiddenSize * teacher.configuration.hiddenSize)
        let projections = 2 * Double(student.configuration.layerCount) * width
        func add(_ key: String, _ name: String, operations: Double?, of model: ComputeReport.Model) {
            guard let rates = rounds[key] else { return }
            let rate = median(rates)
            let gigaflops = operations.map { $0 * rate / 1e9 }
            report.work.append(
                .init(
                    name: name, tokensPerSecond: rate, slowest: rates.min() ?? rate, fastest: rates.max() ?? rate, gigaflops: gigaflops,
                    shareOfSgemm: gigaflops.map { $0 / model.sgemmGigaflops }))
        }
        add("teacher", "teacher, forward", operations: teacherWork, of: report.teacher)
        add("caching", "teacher, states to the cache", operations: teacherWork, of: report.teacher)
        add("reading", "reading the cache alone", operations: nil, of: report.student)
        add("student", "student, forward", operations: studentWork, of: report.student)
        add("step", "training step", operations: 3 * (studentWork + projections), of: report.student)
        // The first pass of two needs no gradients of weights.
        add("perturbed", "training step, perturbed", operations: 5 * (studentWork + projections), of: report.student)
        if let text = options.text {
            observer.note("bench: tokenizer")
            report.tokenizerMegabytesPerSecond = try TokenizerBenchmark.rate(text, vocabulary: options.vocabulary ?? options.teacher, on: workers) / 1e6
        }
        observer.note("bench: teacher and student by turns")
        for length in [32, 128] { for batch in [1, 32] { report.speedUps.append(try speedUp(batch: batch, length: length)) } }
        return report
    }

    /// Interrupted, there is nothing to keep.
    private func stop() throws(PipelinesError) { if observer.isInterrupted() { throw .stopped } }

    private func facts(_ model: BERTModel, rows: Int) -> ComputeReport.Model {
        let shape = model.configuration
        let (hidden, inner) = (shape.hiddenSize, shape.intermediateSize)
        let products = [(hidden, 3 * hidden), (hidden, hidden), (hidden, inner), (inner, hidden)]
        let operations = products.reduce(0.0) { $0 + 2 * Double(rows) * Double($1.0) * Double($1.1) }
        let seconds = products.reduce(0.0) { $0 + Peaks.productSeconds(rows: rows, inner: $1.0, columns: $1.1, on: workers) }
        return .init(
            parameters: model.parameterCount, layers: shape.layerCount, hidden: hidden, intermediate: inner, heads: shape.headCount,
            sgemmGigaflops: operations / seconds / 1e9)
    }

    private func batch(_ rows: Range<Int>) -> TokenBatch {
        rows.reduce(into: TokenBatch()) { $0.append(ids: sequences[$1].ids, types: sequences[$1].types) }
    }

    /// Tokens a second, in batches of 32.
    private func forward(_ model: BERTModel) -> Double {
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
    private func fill(_ folder: String, _ rounds: inout [String: [Double]]) throws(PipelinesError) -> FeatureCache {
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

    private func read(_ cache: FeatureCache) throws(PipelinesError) -> Double {
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
    private func train(_ cache: FeatureCache, _ perturbation: Perturbation) throws(PipelinesError) -> (Double, Double) {
        let count = sequences.count / options.batchSize * options.batchSize
        var examples = Examples(labels: .categories((0..<sequences.count).map { $0 % 2 }))
        for sequence in sequences { examples.append(ids: sequence.ids, types: sequence.types) }
        let stage = TrainingPlan.Stage(share: 1, weights: LossWeights(contrastive: 1, soft: 0, hard: 1))
        let plan = TrainingPlan(
            objective: LRCObjective(layers: layers), stages: [stage], perturbation: perturbation,
            negatives: NegativePlan(count: options.batchSize - 1), epochs: 1, batchSize: options.batchSize, learningRate: 1e-4, seed: 1)
        var configuration = student.configuration
        configuration.labelNames = ["0", "1"]
        configuration.isRegression = false
        let weights = Parameters(layout: ParameterLayout(student: configuration, projection: .perLayer, teacherWidth: cache.hidden))
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
                plan: plan, configuration: configuration, examples: examples, features: cache, stage: "bench", observer: observer, workers: workers
            ).train(weights)
        }
        return times.withLock { times in
            let tokens = Double(examples.offsets[examples.count]) * Double(times.count - 1) / Double(times.count)
            precondition(times.count > 1 && count > 0, "an epoch of several steps")
            return (tokens / ((times[times.count - 1].0 - times[0].0) / .seconds(1)), times[times.count - 1].1)
        }
    }

    private func speedUp(batch size: Int, length: Int) throws(PipelinesError) -> ComputeReport.SpeedUp {
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

private func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? 0 : (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
}
