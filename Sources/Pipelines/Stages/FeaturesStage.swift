package import BERT
import Features
import Records
import Shards
import Tokens

extension Pipeline {
    /// The folder of the teacher's weights: as given, or as fine-tuned.
    package var teacherFolder: String {
        if plan("finetune") != nil { return folder(of: "finetune") }
        guard case .folder(let path)? = settings.teacher?.source else {
            preconditionFailure("a teacher of random weights is fine-tuned; the settings saw to it")
        }
        return path
    }

    /// The teacher's classes as the user states them; one that was fine-tuned here names its own.
    var statedLabels: [String]? { settings.teacher?.finetune == nil ? settings.teacher?.labels : nil }

    package func teacher() throws(PipelinesError) -> BERTModel {
        plan("finetune") == nil ? try load("teacher", teacherFolder) : try load(folder: teacherFolder)
    }

    package func load(folder path: String) throws(PipelinesError) -> BERTModel {
        try lift(PipelinesError.model) { () throws(BERTError) in try BERTModel(folder: path, on: workers) }
    }

    /// A model of the user's, which must still be what it was when the fingerprints were computed.
    func load(_ name: String, _ path: String) throws(PipelinesError) -> BERTModel {
        let model = try load(folder: path)
        let planned = plans.flatMap(\.inputs)
        for (input, hash) in try Self.modelInputs(name, path) {
            if let before = planned.first(where: { $0.name == input }), before.value != hash {
                throw .stage(name, problem: "'\(path)' was changed while this run was under way; start it again")
            }
        }
        return model
    }

    /// Runs the teacher over what another stage made.
    func extractFeatures(of sequences: String, _ plan: StagePlan, into path: String) throws(PipelinesError) -> [String] {
        let model = try teacher()
        try checkVocabulary(model.configuration, "the teacher")
        let table = try table(of: sequences, "train")
        var order: [Int]?
        if settings.features.tensors.contains(.logits) {
            try checkClassifier(model.hasClassifier, teacherFolder)
            order = try LabelMapping.order(
                of: trainingTable().labelSet, in: model.configuration, stated: statedLabels, folder: teacherFolder)
        }
        let layers = try settings.cachedLayers()
        let observer = observer
        let count = table.count
        let source = table.featureSource
        let fingerprints = fingerprints(of: plan)
        let labels = table.labelSet
        let (settings, sampling) = (settings.features, settings.wordSampling)
        let wordHead = sampling == nil ? nil : try wordHead(of: model)
        let workers = workers
        try lift(PipelinesError.features) { () throws(FeaturesError) in
            let needsLayers = !Set(settings.tensors).isDisjoint(with: [.hidden, .cls, .mean, .attention, .queryKeyValue])
            let specification = try FeatureSpecification(
                layers: needsLayers ? layers : [], tensors: settings.tensors, precision: settings.precision,
                shardBytes: settings.shardMebibytes << 20, words: sampling, of: model)
            let extraction = FeatureExtraction(
                model: model, specification: specification, wordHead: wordHead, logitOrder: order, workers: workers
            ) { done in
                observer.report(ProgressEvent(stage: plan.name, unit: "sequences", done: done, total: count))
                return observer.isInterrupted()
            }
            try extraction.run(source, fingerprints: fingerprints, labels: labels, into: path + "/train")
        }
        return FeatureCache.sealedFiles(settings.tensors).map { "train/" + $0 }
    }

    /// What a cache was made from.
    func fingerprints(of plan: StagePlan) -> [String: String] {
        func inputs(_ prefix: String) -> String { plan.inputs.filter { $0.name.hasPrefix(prefix) }.map(\.value).joined(separator: " ") }
        return ["tokens": inputs("tokens"), "teacher": inputs("teacher")].merging(tokenizer.fingerprints(maximumLength: settings.tokens.maximumLength)) { $1 }
    }
}
