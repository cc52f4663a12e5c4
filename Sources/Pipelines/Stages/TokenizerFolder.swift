import Files
import FoundationEssentials
public import WordPiece

/// A tokenizer as a model's folder holds it: vocab.txt, and tokenizer_config.json where there is one.
public struct TokenizerFolder: Sendable {
    public let tokenizer: WordPieceTokenizer
    public let settings: WordPieceSettings
    public let vocabularyPath: String
    /// Of the vocabulary's contents.
    public let vocabularyHash: String
    /// The vocabulary as it was read; what is written later is this, whatever became of the file.
    let vocabularyBytes: [UInt8]

    /// - Parameters:
    ///   - path: a vocab.txt, or a folder that has one.
    ///   - lowercase: overrides `do_lower_case`.
    public init(_ path: String, lowercase: Bool? = nil) throws(PipelinesError) {
        let isFolder = Folder.isFolder(path)
        let file = isFolder ? path + "/vocab.txt" : path
        guard Folder.exists(file) else {
            throw .stage("tokens", problem: isFolder
                ? "'\(path)' has no vocab.txt; give a folder with a WordPiece vocabulary"
                : "there is no vocabulary '\(path)'")
        }
        let folder = isFolder ? path : String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        var settings = try Self.settings(folder.isEmpty ? "." : folder)
        if let lowercase { settings.lowercase = lowercase }
        let resolved = settings
        vocabularyPath = file
        (vocabularyBytes, vocabularyHash) = (bytes, ContentHash.hex128(bytes))
        self.settings = settings
        tokenizer = try lift(PipelinesError.wordPiece) { () throws(WordPieceError) in
            try WordPieceTokenizer(vocabulary: WordPieceVocabulary(bytes: bytes, file: file), settings: resolved)
        }
    }

    /// Everything but the vocabulary that decides the ids, or what is written beside a model.
    var facts: String {
        let special = [
            settings.unknownToken, settings.classToken, settings.separatorToken, settings.padToken, settings.maskToken,
        ]
        return "lowercase=\(settings.lowercase) stripAccents=\(settings.stripAccents.map { "\($0)" } ?? "null") "
            + "chinese=\(settings.handleChineseCharacters) special=[\(special.map(quoted).joined(separator: ","))]"
    }

    /// `tokenizer_config.json` as far as it matters; nothing of it means an uncased BERT.
    private static func settings(_ folder: String) throws(PipelinesError) -> WordPieceSettings {
        var settings = WordPieceSettings()
        let file = folder + "/tokenizer_config.json"
        guard Folder.exists(file) else { return settings }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        let raw: RawTokenizerSettings
        do { raw = try JSONDecoder().decode(RawTokenizerSettings.self, from: Data(bytes)) } catch {
            throw .stage("tokens", problem: "'\(file)' is not the JSON of a BERT tokenizer: \(problem(error))")
        }
        settings.lowercase = raw.do_lower_case ?? settings.lowercase
        settings.stripAccents = raw.strip_accents
        settings.handleChineseCharacters = raw.tokenize_chinese_chars ?? settings.handleChineseCharacters
        settings.unknownToken = raw.unk_token?.text ?? settings.unknownToken
        settings.separatorToken = raw.sep_token?.text ?? settings.separatorToken
        settings.classToken = raw.cls_token?.text ?? settings.classToken
        settings.padToken = raw.pad_token?.text ?? settings.padToken
        settings.maskToken = raw.mask_token?.text ?? settings.maskToken
        return settings
    }

    private static func problem(_ error: any Error) -> String {
        if case DecodingError.typeMismatch(_, let context) = error {
            return "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
        }
        return "it cannot be parsed"
    }
}

private struct RawTokenizerSettings: Decodable {
    /// A token as a string, or as an object with its `content`.
    struct Token: Decodable {
        var text: String

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                self.text = text
            } else {
                text = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .content)
            }
        }

        enum Key: String, CodingKey { case content }
    }

    var do_lower_case: Bool?
    var strip_accents: Bool?
    var tokenize_chinese_chars: Bool?
    var unk_token: Token?
    var sep_token: Token?
    var cls_token: Token?
    var pad_token: Token?
    var mask_token: Token?
}
