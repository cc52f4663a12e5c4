/// The shape of a BERT and the names of its classes: what `config.json` says, as far as it matters here.
public struct BERTConfiguration: Sendable, Equatable {
    public var vocabularySize: Int
    public var hiddenSize: Int
    public var layerCount: Int
    public var headCount: Int
    public var intermediateSize: Int
    public var maximumPositions: Int
    public var typeCount: Int
    public var layerNormEpsilon: Float
    public var hiddenDropout: Float
    public var attentionDropout: Float
    /// On the pooled output; nil is the hidden one.
    public var classifierDropout: Float?
    public var initializerRange: Double
    /// Class names in the order of the logits; empty for an encoder without a classifier.
    public var labelNames: [String]
    /// Whether the one logit is a score (STS-B).
    public var isRegression: Bool
    /// Whether each token has logits of its own, and no pooler stands before them (`BertForTokenClassification`).
    public var classifiesTokens = false
    /// Whether a head of words stands on each token in the place of pooler and classifier (`BertForMaskedLM`).
    public var predictsWords = false

    public init(
        vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int, intermediateSize: Int,
        maximumPositions: Int = 512, typeCount: Int = 2, layerNormEpsilon: Float = 1e-12, hiddenDropout: Float = 0.1,
        attentionDropout: Float = 0.1, classifierDropout: Float? = nil, initializerRange: Double = 0.02, labelNames: [String] = [],
        isRegression: Bool = false
    ) {
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.intermediateSize = intermediateSize
        self.maximumPositions = maximumPositions
        self.typeCount = typeCount
        self.layerNormEpsilon = layerNormEpsilon
        self.hiddenDropout = hiddenDropout
        self.attentionDropout = attentionDropout
        self.classifierDropout = classifierDropout
        self.initializerRange = initializerRange
        self.labelNames = labelNames
        self.isRegression = isRegression
    }

    /// Whether each token has logits, of classes or of words, and no pooler stands before them.
    public var hasTokenLogits: Bool { classifiesTokens || predictsWords }
    public var headSize: Int { hiddenSize / headCount }
    /// The number of logits.
    public var logitCount: Int { isRegression ? 1 : labelNames.count }
}
