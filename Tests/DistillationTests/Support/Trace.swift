import BERT
import Distillation
import FoundationEssentials
import Kernels

/// The reference trace of scripts/reference/lrc_gradients.py.
struct Trace {
    static let folder = fixtures()
    /// Its cases, by name.
    static let cases: [String: TraceCase] = {
        guard let json = try? Data(contentsOf: URL(filePath: folder + "/cases.json")),
            let cases = try? JSONDecoder().decode([String: TraceCase].self, from: json)
        else { fatalError("no cases in \(folder)") }
        return cases
    }()

    let name: String
    let settings: TraceCase
    let batch: StudentBatch
    let objective: LRCObjective
    let step: StudentStep
    let student: Parameters

    init(_ name: String) throws {
        self.name = name
        let settings = Self.cases[name]!
        self.settings = settings
        let file = try SafetensorsFile(Self.folder + "/\(settings.problem).safetensors")
        let isRegression = settings.problem == "regression"
        let configuration =
            settings.problem == "long"
            ? BERTConfiguration(
                vocabularySize: 40, hiddenSize: 66, layerCount: 1, headCount: 3, intermediateSize: 50, maximumPositions: 64,
                labelNames: ["a", "b", "c"])
            : BERTConfiguration(
                vocabularySize: 40, hiddenSize: 22, layerCount: 2, headCount: 2, intermediateSize: 34, maximumPositions: 14,
                labelNames: isRegression ? [] : ["a", "b", "c"], isRegression: isRegression)
        let layers = settings.problem == "long" ? [4] : [2, 4]

        var tokens = TokenBatch()
        let (ids, types) = (file.integers("ids")!, file.integers("types")!)
        let offsets = file.integers("offsets")!.map(Int.init)
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            tokens.append(ids: ids[start..<end], types: types[start..<end].map { UInt8($0) })
        }
        try tokens.check(configuration)
        func matrix(_ name: String) throws -> Matrix {
            let tensor = file.tensors[name]!
            return Matrix(rows: tensor.shape[0], columns: tensor.shape[1], try file.floats(name)!)
        }
        var teacher = Taps(offsets: offsets, logits: try matrix("logits"))
        for layer in layers { teacher.hidden[layer] = try matrix("teacher.\(layer)") }
        let drawn = file.integers("negatives.\(settings.negatives)")!.map(Int.init)
        batch = StudentBatch(
            tokens: tokens,
            labels: isRegression
                ? .scores(try file.floats("scores")!) : .categories(file.integers("labels")!.map(Int.init)),
            teacher: teacher,
            negatives: stride(from: 0, to: drawn.count, by: settings.negatives).map {
                Array(drawn[$0..<$0 + settings.negatives])
            })

        var statistics: [Int: StateStatistics] = [:]
        for layer in layers {
            func moments(_ kind: String) throws -> Moments {
                Moments(
                    mean: try file.floats("statistics.\(layer).\(kind)mean")!,
                    deviation: try file.floats("statistics.\(layer).\(kind)deviation")!)
            }
            statistics[layer] = StateStatistics(tokens: try moments(""), first: try moments("first."))
        }
        let objective = LRCObjective(
            layers: layers, cosine: Cosine(rawValue: settings.cosine)!, contrastWeight: settings.w,
            normalisation: Normalisation(rawValue: settings.normalise)!, statistics: statistics,
            sharing: settings.shared ? .shared : .perLayer)
        self.objective = objective
        step = StudentStep(
            configuration: configuration, objective: objective, temperature: settings.temperature,
            weights: LossWeights(contrastive: settings.weights[0], soft: settings.weights[1], hard: settings.weights[2]),
            probe: settings.probe.map { LossWeights(contrastive: 0, soft: $0[0], hard: $0[1]) },
            perturbation: settings.kind)

        student = Parameters(
            layout: ParameterLayout(
                student: configuration, objective: objective, teacherWidth: 20))
        for entry in student.layout.entries {
            let values = try file.floats(entry.name)!
            student.matrix(entry).fill { values[$0] }
        }
    }

    func expected() throws -> SafetensorsFile { try SafetensorsFile(Self.folder + "/gradients/\(name).safetensors") }

    /// Our gradients and losses.
    func gradient(dropout: Dropout? = nil, on workers: Workers = .one) -> (gradients: Parameters, loss: StudentLoss) {
        let gradients = Parameters(layout: student.layout)
        let loss = step.gradient(
            batch, of: student, into: gradients, dropout: dropout, workspace: Workspace(), on: workers)
        return (gradients, loss)
    }
}

/// One case's settings, as the script writes them.
struct TraceCase: Decodable, Sendable {
    let weights: [Double]
    let cosine: String
    let w: Float
    let negatives: Int
    let shared: Bool
    let temperature: Double
    let perturbation: String
    let epsilon: Float
    let probe: [Double]?
    let normalise: String
    /// Which of the students, batches and teachers.
    let problem: String

    var kind: Perturbation {
        switch perturbation {
        case "raw": .raw
        case "l2": .l2(epsilon)
        case "sign": .sign(epsilon)
        default: .off
        }
    }
}

private func fixtures(_ file: String = #filePath) -> String {
    file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/") + "/Fixtures"
}
