import BERT
import Files
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
        var settings = try WordPieceSettings(configurationIn: folder.isEmpty ? "." : folder)
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
        ] + settings.additionalSpecialTokens
        return "lowercase=\(settings.lowercase) stripAccents=\(settings.stripAccents.map { "\($0)" } ?? "null") "
            + "chinese=\(settings.handleChineseCharacters) special=[\(special.map(quoted).joined(separator: ","))]"
    }

    /// Refuses a model that has embeddings of another vocabulary.
    func check(_ configuration: BERTConfiguration, _ whose: String) throws(PipelinesError) {
        let count = tokenizer.vocabulary.count
        guard configuration.vocabularySize == count else {
            throw .stage(
                "tokens",
                problem: "'\(vocabularyPath)' has \(count) tokens, \(whose) has embeddings for \(configuration.vocabularySize); "
                    + "give the vocabulary that belongs to the model")
        }
    }
}
