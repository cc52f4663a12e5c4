/// How text becomes pieces, in the terms of a BERT `tokenizer_config.json`.
public struct WordPieceSettings: Sendable, Equatable, Hashable {
    /// Whether text is lower-cased (`do_lower_case`).
    public var lowercase: Bool
    /// Whether accents are removed (`strip_accents`); `nil` follows `lowercase`.
    public var stripAccents: Bool?
    /// Whether each ideograph is a word (`tokenize_chinese_chars`).
    public var handleChineseCharacters: Bool
    /// Whether control characters are removed.
    public var cleanText: Bool

    public var unknownToken = "[UNK]"
    public var separatorToken = "[SEP]"
    public var classToken = "[CLS]"
    public var padToken = "[PAD]"
    public var maskToken = "[MASK]"
    /// Further tokens of the vocabulary that are found literally in raw text, and skipped in decoding.
    public var additionalSpecialTokens: [String] = []

    /// What a piece that continues a word begins with in the vocabulary.
    public var continuingPrefix = "##"
    /// A word of more characters (Unicode scalars, after normalisation) is unknown.
    public var maximumWordLength = 100

    public init(
        lowercase: Bool = true, stripAccents: Bool? = nil, handleChineseCharacters: Bool = true, cleanText: Bool = true
    ) {
        self.lowercase = lowercase
        self.stripAccents = stripAccents
        self.handleChineseCharacters = handleChineseCharacters
        self.cleanText = cleanText
    }

    /// The tokens that have a role.
    public var namedTokens: [String] { [unknownToken, separatorToken, classToken, padToken, maskToken] }

    /// All tokens that are found literally in raw text.
    public var specialTokens: [String] { namedTokens + additionalSpecialTokens }
}
