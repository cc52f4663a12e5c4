/// What can be wrong with a vocabulary or a text: where, and what to do.
public enum WordPieceError: Error, Equatable, Sendable, CustomStringConvertible {
    case emptyVocabulary(file: String)
    /// Lines count from 1.
    case invalidVocabularyLine(file: String, line: Int)
    case duplicateToken(file: String, token: String, line: Int, firstLine: Int)
    case missingSpecialTokens(file: String, tokens: [String])
    /// Text whose byte `offset` is no UTF-8.
    case invalidUTF8(offset: Int)
    /// A length below the special tokens that every sequence of this kind has.
    case maximumLengthTooSmall(maximumLength: Int, minimum: Int)
    /// The side that alone may be cut has not more pieces than must go.
    case nothingToTruncate(TruncationStrategy, excess: Int, count: Int)
    case invalidStride(Int, problem: StrideProblem)

    public enum StrideProblem: Equatable, Sendable {
        case negative
        /// Not below the number of pieces that fit.
        case room(Int)
        /// Both sides of a pair may be cut.
        case strategy
    }

    public var description: String {
        switch self {
        case .emptyVocabulary(let file):
            "\(file): the vocabulary is empty; give a vocab.txt with one token a line"
        case .invalidVocabularyLine(let file, let line):
            "\(file):\(line): the line is not UTF-8; save the vocabulary as UTF-8"
        case .duplicateToken(let file, let token, let line, let firstLine):
            "\(file):\(line): token '\(token)' stands on line \(firstLine) already; "
                + "remove or rename one, as a token has one id"
        case .missingSpecialTokens(let file, let tokens):
            "\(file): the vocabulary lacks \(tokens.map { "'\($0)'" }.joined(separator: ", ")); "
                + "add a line for each, or name the vocabulary's own special tokens in tokenizer_config.json"
        case .invalidUTF8(let offset):
            "the text is not UTF-8 at byte \(offset); convert it to UTF-8 first"
        case .maximumLengthTooSmall(let maximumLength, let minimum):
            "a maximum length of \(maximumLength) leaves no room for the \(minimum) special tokens; "
                + "give at least \(minimum)"
        case .nothingToTruncate(let strategy, let excess, let count):
            "\(strategy.rawValue) would cut \(excess) pieces from a side of \(count); "
                + "give a greater maximum length, or cut the other side"
        case .invalidStride(let stride, .negative):
            "a stride of \(stride) is negative; it is how many pieces the next window repeats"
        case .invalidStride(let stride, .room(let room)):
            "a stride of \(stride) leaves nothing new in a window of \(room) pieces; give less than \(room)"
        case .invalidStride(_, .strategy):
            "a stride needs to know which side of a pair to cut; choose only_first or only_second"
        }
    }
}
