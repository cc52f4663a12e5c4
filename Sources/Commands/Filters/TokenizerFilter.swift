import Files
public import Pipelines
public import WordPiece

/// Lines in, ids out: what `limbeck tokenize` does as a filter.
public struct TokenizerFilter: Sendable {
    public enum Format: String, Sendable, CaseIterable {
        /// The ids of a line, with spaces.
        case ids
        /// An object a line: ids, types, offsets, words.
        case json
    }

    public struct Options: Sendable {
        public var maximumLength: Int?
        public var truncation = TruncationStrategy.longestFirst
        /// How many pieces each window of a long text repeats of the one before.
        public var stride: Int?
        /// Without `[CLS]` and `[SEP]`.
        public var isBare = false
        /// A tab parts the two texts of a line.
        public var hasPairs = false
        public var showsTypes = false
        public var format = Format.ids
        public var invalidText = InvalidText.replace
        /// Ids in, text out.
        public var decodes = false
        public var keepsSpecialTokens = false
        public var cleansUp = true

        public init() {}
    }

    let tokenizer: WordPieceTokenizer
    let options: Options
    let work: Work

    public init(vocabulary: String, options: Options, work: Work) throws(PipelinesError) {
        tokenizer = try TokenizerFolder(vocabulary).tokenizer
        (self.options, self.work) = (options, work)
    }

    /// - Returns: how many lines were unusable, each of which left an empty line (`null` in JSON), or not wholly usable.
    public func run(_ path: String) throws(PipelinesError) -> Int {
        let (tokenizer, options) = (tokenizer, options)
        let longest = !options.decodes && options.format == .ids && options.canStream ? 8 << 20 : longestLine
        let run = try FilterRun<[UInt8]>(path, longestLine: longest, work: work) { bytes throws(PipelinesError) in
            try lift(PipelinesError.files) { () throws(FilesError) in try StandardOutput.write(bytes) }
        }
        if options.decodes {
            return try run.run {
                DecodingFilter(tokenizer: tokenizer, keepsSpecialTokens: options.keepsSpecialTokens, cleansUp: options.cleansUp)
            }
        }
        switch options.format {
        case .ids:
            let writer = SequenceWriter(tokenizer, options)
            return try run.run { IDFilter(writer) }
        case .json: return try run.run { JSONFilter(tokenizer: tokenizer, options: options) }
        }
    }
}

extension TokenizerFilter.Options {
    /// Whether a line needs no room for the whole of it.
    var canStream: Bool { invalidText == .replace && (maximumLength != nil || !showsTypes) }
}
