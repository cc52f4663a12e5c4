import BERT
import Features
import Files
import Records
import Tokens
import Training
import WordPiece

extension Pipeline {
    /// The teacher as it is before it is fine-tuned.
    private func untunedTeacher() throws(PipelinesError) -> BERTModel {
        switch settings.teacher?.source {
        case nil: preconditionFailure("a teacher is fine-tuned where there is one")
        case .folder(let path)?: return try load("teacher", path)
        case .random(let architecture)?:
            let configuration = BERTConfiguration(architecture, vocabularySize: tokenizer.tokenizer.vocabulary.count)
            return BERTModel(random: configuration, seed: settings.teacher?.finetune?.seed ?? 0)
        }
    }

    /// Trains the teacher on the labels of the corpus.
    func finetune(into path: String) throws(PipelinesError) -> [String] {
        guard let finetune = settings.teacher?.finetune else { preconditionFailure("a stage that is planned") }
        let (examples, labels) = try examples("train")
        let model = try untunedTeacher().classifying(labels.names, ofTokens: labels.isOfWords, seed: finetune.seed)
        try checkVocabulary(model.configuration, "the teacher")
        let plan = TrainingPlan(
            onLabels: finetune.epochs, batchSize: finetune.batchSize, learningRate: finetune.learningRate,
            warmupShare: finetune.warmup, weightDecay: Float(finetune.weightDecay), maximumNorm: Float(finetune.clip),
            seed: finetune.seed)
        return try train(
            plan, model.configuration, model.weights, TrainingSet(examples), checkpointSteps: finetune.checkpointSteps,
            keep: finetune.keep, stage: "finetune", into: path)
    }

    /// Trains, and writes model, tokenizer and history: the folder is one that `transformers` loads.
    func train(
        _ plan: TrainingPlan, _ configuration: BERTConfiguration, _ weights: Parameters, _ set: TrainingSet, transfer: TrainingSet? = nil,
        checkpointSteps: Int, keep: KeptWeights, stage: String, into path: String
    ) throws(PipelinesError) -> [String] {
        let checkpoint = path + "/" + Self.checkpoint
        let selection = keep == .best ? try selection(configuration, steps: plan.stepsPerEpoch(examples: set.examples.count)) : nil
        let (history, kept) = try TrainingTime(path).measure { () throws(PipelinesError) in
            try lift(PipelinesError.training) { () throws(TrainingError) in
                try Trainer(
                    plan: plan, configuration: configuration, set: set, transfer: transfer,
                    checkpoint: (checkpoint, checkpointSteps), stage: stage, observer: observer, workers: workers
                ).train(weights, selection: selection)
            }
        }
        try lift(PipelinesError.model) { () throws(BERTError) in
            try BERTModel(configuration: configuration, weights: weights).save(folder: path)
        }
        try lift(PipelinesError.files) { () throws(FilesError) in
            var lines: [UInt8] = []
            for record in history { lines += record.json() + [0x0A] }
            try AtomicFile.write(lines, to: path + "/history.jsonl")
        }
        if let kept { note("\(stage): the weights of step \(kept.step) are kept, whose score on '\(settings.evaluate.splits[0])' is \(fixed(kept.score, 4))") }
        return ["history.jsonl", "config.json", "model.safetensors"]
            + (try tokenizer.write(into: path, maximumLength: configuration.maximumPositions))
    }

    func checkVocabulary(_ configuration: BERTConfiguration, _ whose: String) throws(PipelinesError) {
        try tokenizer.check(configuration, whose)
        guard configuration.maximumPositions >= settings.tokens.maximumLength else {
            throw .stage(
                "tokens",
                problem: "tokens.maxLength (--max-length) is \(settings.tokens.maximumLength), \(whose) has \(configuration.maximumPositions) positions; lower it")
        }
    }
}

extension BERTConfiguration {
    init(_ architecture: Architecture, vocabularySize: Int) {
        self.init(
            vocabularySize: vocabularySize, hiddenSize: architecture.hidden, layerCount: architecture.layers,
            headCount: architecture.heads, intermediateSize: architecture.intermediate,
            maximumPositions: architecture.positions, hiddenDropout: architecture.dropout,
            attentionDropout: architecture.dropout)
    }
}
