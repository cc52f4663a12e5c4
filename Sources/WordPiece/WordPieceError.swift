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
        }
    }
}
