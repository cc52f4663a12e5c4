public import Corpora
public import Features

/// A whole pipeline as its YAML file says it, with defaults filled in and every value checked.
public struct PipelineSettings: Sendable, Equatable {
    public var name: String
    /// Reaches `distill` and `baseline` only.
    public var seed: UInt64
    /// Examples; nil where texts or a cache stand for them, and nothing is evaluated.
    public var corpus: CorpusSettings?
    /// Texts without labels, to be split into sentences and packed; empty where there are examples.
    public var texts: [TextSource]
    /// Texts without labels that stages of a training may learn from, beside a corpus of examples; empty for none.
    public var transfer: [TextSource]
    public var tokens: TokenSettings
    /// Nil where a cache stands for it.
    public var teacher: TeacherSettings?
    /// Nil for none.
    public var augment: AugmentSettings?
    /// Nil where no objective learns from masked words.
    public var mask: MaskSettings?
    public var features: FeatureSettings
    public var student: StudentSettings
    public var distill: DistillSettings?
    /// The same student without a teacher, or with another objective.
    public var baseline: DistillSettings?
    /// Whether the teacher is run into a cache: a section asks for it, or an objective reads it.
    public var needsFeatures: Bool
    public var evaluate: EvaluateSettings
    /// Whether the distilled student is exported.
    public var exports: Bool
    /// The file with its overlays and overrides in canonical JSON, for the run's record; defaults are not filled in.
    public var canonical: String

    /// Splits that are tokenised: the one to train on, where no cache has it, and those to evaluate.
    public var splits: [String] {
        if !texts.isEmpty { return features.cache == nil ? ["train"] : [] }
        guard corpus != nil else { return [] }
        return features.cache == nil ? ["train"] + evaluate.splits.filter { $0 != "train" } : evaluate.splits
    }
}

public struct CorpusSettings: Sendable, Equatable {
    public var descriptor: CorpusDescriptor
    /// The folder that the descriptor's files stand in.
    public var path: String
    /// How many unusable records a split may have.
    public var rejectLimit: Int

    public init(descriptor: CorpusDescriptor, path: String, rejectLimit: Int = 100) {
        (self.descriptor, self.path, self.rejectLimit) = (descriptor, path, rejectLimit)
    }
}

/// Where texts come from.
public enum TextSource: Sendable, Equatable {
    case wikipedia(DumpSettings)
    /// A split of a described corpus, each of its texts a document.
    case corpus(CorpusSettings, split: String)
}

public struct DumpSettings: Sendable, Equatable {
    public var path: String
    public var options: WikipediaOptions
    /// Whether the pages before the damage are good enough where a dump is cut off or damaged.
    public var acceptsDamage: Bool

    public init(path: String, options: WikipediaOptions = WikipediaOptions(), acceptsDamage: Bool = false) {
        (self.path, self.options, self.acceptsDamage) = (path, options, acceptsDamage)
    }
}

public struct TokenSettings: Sendable, Equatable {
    /// A vocab.txt, or a folder that has one.
    public var vocabulary: String
    public var maximumLength: Int
    /// Orders the training split before the teacher runs.
    public var shuffleSeed: UInt64
    /// Overrides `do_lower_case` of tokenizer_config.json.
    public var lowercase: Bool?

    public init(vocabulary: String, maximumLength: Int = 128, shuffleSeed: UInt64 = 0, lowercase: Bool? = nil) {
        (self.vocabulary, self.maximumLength, self.shuffleSeed, self.lowercase) =
            (vocabulary, maximumLength, shuffleSeed, lowercase)
    }
}

/// Layers and widths of a model.
public struct Architecture: Sendable, Equatable {
    public var layers: Int
    public var hidden: Int
    public var intermediate: Int
    public var heads: Int
    public var positions: Int
    public var dropout: Float
}

public struct TeacherSettings: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        case folder(String)
        /// A model of random weights, to be trained on the spot.
        case random(Architecture)
    }

    public var source: Source
    public var finetune: FinetuneSettings?
    /// The classes of the teacher's logits in their order, where its config.json does not name them.
    public var labels: [String]?

    public init(source: Source, finetune: FinetuneSettings? = nil, labels: [String]? = nil) {
        (self.source, self.finetune, self.labels) = (source, finetune, labels)
    }
}

public struct FinetuneSettings: Sendable, Equatable {
    public var epochs = 4
    public var batchSize = 32
    public var learningRate = 3e-5
    public var warmup = 0.1
    public var weightDecay = 0.01
    public var clip = 1.0
    public var seed: UInt64 = 0
    public var checkpointSteps = 200
    public var keep = KeptWeights.last

    public init() {}
}

public struct FeatureSettings: Sendable, Equatable {
    /// Teacher layers that are cached; nil for those that the objectives read.
    public var layers: [Int]?
    /// States and logits, and what else the objectives read, where nothing is said.
    public var tensors: [Tensor] = [.hidden, .logits]
    package var tensorsAreStated = false
    public var precision = Precision.int8Rotated
    public var shardMebibytes = 64
    /// A cache that was filled elsewhere, and stands for corpus and teacher.
    public var cache: String?

    public init() {}
}

public struct StudentSettings: Sendable, Equatable {
    /// What a student's weights are at first.
    public indirect enum Start: Sendable, Equatable {
        case random
        /// A model's folder.
        case folder(String)
        /// The student of another pipeline, which runs first.
        case pipeline(PipelineSettings)
        /// Drawn, but for embeddings projected on the directions in which the teacher's words differ most.
        case embeddingSVD
        /// The teacher's embeddings and some of its layers, from 1; nil for the first ones.
        case teacherLayers([Int]?)
    }

    public var architecture: Architecture
    public var start = Start.random
    /// Whether it also begins with the projections that were trained with these weights, where they fit.
    public var takesProjections = false
}

public struct EvaluateSettings: Sendable, Equatable {
    /// Labelled splits whose metrics are wanted; empty leaves the stage out.
    public var splits: [String]

    public init(splits: [String]) { self.splits = splits }
}
