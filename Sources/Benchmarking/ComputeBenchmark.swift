import BERT
import Distillation
import Features
import Files
import Kernels
public import Pipelines
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

    let options: Options
    let workers: Workers
    let observer: WorkObserver
    let teacher: BERTModel
    let student: BERTModel
    let sequences: [TokenSequence]

    public init(_ options: Options, work: Work) throws(PipelinesError) {
        guard options.sequences >= 2 * options.batchSize, options.batchSize > 1, options.rounds > 0 else {
            throw .usage("--sequences is at least twice --batch, which is at least 2; --rounds is at least 1")
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
            teacher: facts(teacher), student: facts(student), sizeRatio: 0)
        report.sizeRatio = Double(report.teacher.parameters) / Double(report.student.parameters)

        var rounds: [String: [Double]] = [:]
        var (waited, teacherPeaks, studentPeaks): ([Double], [Double], [Double]) = ([], [], [])
        for round in 1...options.rounds {
            observer.note("bench: round \(round) of \(options.rounds)")
            try lift(PipelinesError.files) { () throws(FilesError) in try Folder.remove(folder) }
            try stop()
            // The machine is not always as fast: its limit is looked at in each round.
            teacherPeaks.append(sgemmRate(teacher, rows: 2 * rows))
            rounds["teacher", default: []].append(forward(teacher))
            studentPeaks.append(sgemmRate(student, rows: rows))
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
        (report.teacher.sgemmGigaflops, report.student.sgemmGigaflops) = (median(teacherPeaks), median(studentPeaks))
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
    func stop() throws(PipelinesError) { if observer.isInterrupted() { throw .stopped } }

    private func facts(_ model: BERTModel) -> ComputeReport.Model {
        let shape = model.configuration
        return .init(
            parameters: model.parameterCount, layers: shape.layerCount, hidden: shape.hiddenSize, intermediate: shape.intermediateSize,
            heads: shape.headCount, sgemmGigaflops: 0)
    }
}

func median(_ numbers: [Double]) -> Double {
    let sorted = numbers.sorted()
    return sorted.isEmpty ? 0 : (sorted[sorted.count / 2] + sorted[(sorted.count - 1) / 2]) / 2
}
