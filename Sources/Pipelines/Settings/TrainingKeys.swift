/// Keys that a teacher's tuning and a student's training have in common.
protocol TrainingKeys {
    var epochs: Int { get set }
    var batchSize: Int { get set }
    var learningRate: Double { get set }
    var warmup: Double { get set }
    var weightDecay: Double { get set }
    var clip: Double { get set }
    var checkpointSteps: Int { get set }
    var keep: KeptWeights { get set }
}

extension TrainingKeys {
    /// Reads them over values that stand where the section says nothing.
    mutating func readTraining(_ reader: SettingReader) throws(PipelinesError) {
        epochs = try reader.integer("epochs", in: 1...100_000) ?? epochs
        batchSize = try reader.integer("batchSize", in: 1...4096) ?? batchSize
        learningRate = try reader.number("learningRate", in: 0...10) ?? learningRate
        warmup = try reader.number("warmup", in: 0...1) ?? warmup
        weightDecay = try reader.number("weightDecay", in: 0...10) ?? weightDecay
        clip = try reader.number("clip", in: 1e-6...1e6) ?? clip
        checkpointSteps = try reader.integer("checkpointSteps", in: 1...1_000_000_000) ?? checkpointSteps
        keep = try reader.choice("keep", KeptWeights.self) ?? keep
    }
}

extension FinetuneSettings: TrainingKeys {}
extension DistillSettings: TrainingKeys {}
