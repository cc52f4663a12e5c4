import BERT
import Distillation
import Features
import Files
import Shards
import Tokens
import Training
import WordPiece

extension Pipeline {
    /// What a process holds anyway: the program, tokenizer, buffers of threads and libraries.
    private static let processBytes = 96 << 20

    /// The most memory that a stage will hold, mapped files aside, in bytes; nil for stages that hold little.
    func memoryEstimate(_ plan: StagePlan) throws(PipelinesError) -> Int? {
        switch plan.name {
        case "finetune":
            guard let finetune = settings.teacher?.finetune, let teacher = try teacherConfiguration() else { return nil }
            let training = TrainingPlan(onLabels: finetune.epochs, batchSize: finetune.batchSize, learningRate: finetune.learningRate, seed: 0)
            return try Self.processBytes + memory(of: training, teacher, trainLengths(batch: finetune.batchSize, of: self.plan("tokens")), teacherWidth: nil)
        case "features", "transfer-features":
            guard let teacher = try teacherConfiguration() else { return nil }
            let layers = try settings.cachedLayers()
            let (section, lengths) = (settings.features, try trainLengths(batch: FeatureExtraction.batchSize, of: sequences(of: plan)))
            return Self.processBytes
                + FeatureSpecification.memoryBytes(
                    teacher, layers: Set(layers).count, tensors: section.tensors, shardBytes: section.shardMebibytes << 20, lengths: lengths,
                    parameters: ParameterLayout(teacher, hasPooler: true, hasClassifier: false).count)
        case "baseline", "distill":
            guard let section = plan.name == "distill" ? settings.distill : settings.baseline else { return nil }
            var student = BERTConfiguration(settings.student.architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count)
            student.predictsWords = section.masksWords
            let training = try trainingPlan(section, section.comparesStates ? section.objective.objective(settings.shape(plan.name)) : nil, classes: 0)
            // Packed text may be longer than the examples.
            var lengths = try trainLengths(batch: section.batchSize, of: sequencesPlan)
            if section.usesTransfer { lengths += try trainLengths(batch: section.batchSize, of: self.plan("transfer")) }
            return try Self.processBytes + memory(of: training, student, lengths, teacherWidth: section.readsTeacher ? settings.teacherShape().width : nil)
        default: return nil
        }
    }

    /// What a cache is going to take on disk, tensor by tensor; of one sequence, as long as it may be, while their number is not known. Nil for
    /// other stages.
    func diskEstimate(_ plan: StagePlan) throws(PipelinesError) -> String? {
        guard ["features", "transfer-features"].contains(plan.name), var teacher = try teacherConfiguration() else { return nil }
        if let labels = settings.corpus?.descriptor.labelSet, settings.teacher?.finetune != nil {
            (teacher.labelNames, teacher.isRegression, teacher.classifiesTokens) = (labels.names, labels == .scores, labels.isOfWords)
        }
        let isKnown = sequences(of: plan).map(isFinished) ?? false
        let section = settings.features
        let parts = FeatureSpecification.bytes(
            teacher, layers: try settings.cachedLayers(), tensors: section.tensors, precision: section.precision, words: settings.wordSampling,
            lengths: try trainLengths(batch: 1, of: sequences(of: plan)))
        let list = parts.map { "\($0.tensor.rawValue) \(readable($0.bytes))" }.joined(separator: ", ")
        return "some \(readable(parts.reduce(0) { $0 + $1.bytes })) on disk\(isKnown ? "" : " for a sequence of \(settings.tokens.maximumLength)") (\(list))"
    }

    private func memory(
        of training: TrainingPlan, _ configuration: BERTConfiguration, _ lengths: [Int], teacherWidth: Int?
    ) throws(PipelinesError) -> Int {
        let layout =
            teacherWidth.map { ParameterLayout(student: configuration, objective: training.objective, teacherWidth: $0) }
            ?? ParameterLayout(configuration, hasPooler: true, hasClassifier: false)
        return training.memoryBytes(configuration, layout: layout, lengths: lengths, teacherWidth: teacherWidth)
    }

    private func teacherConfiguration() throws(PipelinesError) -> BERTConfiguration? {
        switch settings.teacher?.source {
        case nil: nil
        case .folder(let path)?: try lift(PipelinesError.model) { () throws(BERTError) in try Checkpoint(folder: path).configuration }
        case .random(let architecture)?: BERTConfiguration(architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count)
        }
    }

    /// The stage that makes the sequences of a cache.
    private func sequences(of plan: StagePlan) -> StagePlan? { plan.name == "features" ? sequencesPlan : self.plan("transfer") }

    /// The lengths of sequences where they are known; else those of one batch, as long as they may be.
    private func trainLengths(batch: Int, of sequences: StagePlan?) throws(PipelinesError) -> [Int] {
        let folder: String
        if let cache = settings.features.cache {
            folder = cache
        } else if let sequences, isFinished(sequences) {
            folder = self.folder(sequences) + "/train"
        } else {
            return Array(repeating: settings.tokens.maximumLength, count: batch)
        }
        return try lift(PipelinesError.shards) { () throws(ShardError) in try ShardSet(folder: folder).lengths }
    }
}
