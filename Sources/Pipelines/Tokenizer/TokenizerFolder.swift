package import BERT
import Files
public import WordPiece

/// A tokenizer as a model's folder holds it: vocab.txt, with tokenizer_config.json where there is one, or tokenizer.json.
public struct TokenizerFolder: Sendable {
    public let tokenizer: WordPieceTokenizer
    public let settings: WordPieceSettings
    public let vocabularyPath: String
    /// Of the vocabulary's contents.
    public let vocabularyHash: String
    /// The vocabulary as it was read; what is written later is this, whatever became of the file.
    let vocabularyBytes: [UInt8]
    /// The tokenizer.json that settings came from.
    let tokenizerFileBytes: [UInt8]?

    /// - Parameters:
    ///   - path: a vocab.txt, a tokenizer.json, or a folder that has either. Of a folder that has both, they have to agree, and
    ///     tokenizer.json counts for what tokenizer_config.json does not say.
    ///   - lowercase: overrides `do_lower_case`.
    public init(_ path: String, lowercase: Bool? = nil) throws(PipelinesError) {
        let isFolder = Folder.isFolder(path)
        var file = isFolder ? path + "/vocab.txt" : path
        let other = path + "/tokenizer.json"
        if isFolder, !Folder.hasEntry(file), Folder.exists(other) { file = other }
        guard Folder.exists(file) else {
            throw .stage("tokens", problem: isFolder
                ? "'\(path)' has no vocab.txt; give a folder with a WordPiece vocabulary"
                : "there is no vocabulary '\(path)'")
        }
        let folder = isFolder ? path : String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        var bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        var settings = WordPieceSettings()
        var tokenizerFile: [UInt8]?
        if file.hasSuffix(".json") {
            let read = try TokenizerFile(bytes, file: file)
            (tokenizerFile, bytes, settings) = (bytes, read.vocabulary, read.settings)
        }
        if isFolder, tokenizerFile == nil, Folder.exists(other) {
            let contents = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(other) }
            let read = try TokenizerFile(contents, file: other)
            let (here, there) = (bytes.split(separator: UInt8(ascii: "\n")), read.vocabulary.split(separator: UInt8(ascii: "\n")))
            if here.count != there.count || !zip(here, there).allSatisfy({ $0.last == UInt8(ascii: "\r") || $0.elementsEqual($1) }) {
                throw .stage("tokens", problem: "'\(file)' and '\(other)' have different tokens; give the one that belongs to the model by its own name")
            }
            (settings, tokenizerFile) = (read.settings, contents)
        }
        try settings.follow(configurationIn: folder.isEmpty ? "." : folder)
        if let lowercase { settings.lowercase = lowercase }
        let (resolved, contents) = (settings, bytes)
        vocabularyPath = file
        (vocabularyBytes, vocabularyHash) = (contents, ContentHash.hex128(contents))
        (self.settings, tokenizerFileBytes) = (settings, tokenizerFile)
        tokenizer = try lift(PipelinesError.wordPiece) { () throws(WordPieceError) in
            try WordPieceTokenizer(vocabulary: WordPieceVocabulary(bytes: contents, file: file), settings: resolved)
        }
    }

    /// Everything but the vocabulary that decides the ids, or what is written beside a model.
    package var facts: String {
        let special = [
            settings.unknownToken, settings.classToken, settings.separatorToken, settings.padToken, settings.maskToken,
        ] + settings.additionalSpecialTokens
        let usual = WordPieceSettings()
        var rare = settings.cleanText ? "" : " clean=false"
        if settings.continuingPrefix != usual.continuingPrefix { rare += " prefix=\(quoted(settings.continuingPrefix))" }
        if settings.maximumWordLength != usual.maximumWordLength { rare += " longest=\(settings.maximumWordLength)" }
        return "lowercase=\(settings.lowercase) stripAccents=\(settings.stripAccents.map { "\($0)" } ?? "null") "
            + "chinese=\(settings.handleChineseCharacters) special=[\(special.map(quoted).joined(separator: ","))]" + rare
    }

    /// What a cache that is filled with it says of it.
    package func fingerprints(maximumLength: Int) -> [String: String] {
        ["vocabulary": vocabularyHash, "tokenizer": "\(facts) maxLength=\(maximumLength)"]
    }

    /// Refuses a model that has embeddings of another vocabulary.
    package func check(_ configuration: BERTConfiguration, _ whose: String) throws(PipelinesError) {
        let count = tokenizer.vocabulary.count
        guard configuration.vocabularySize == count else {
            throw .stage(
                "tokens",
                problem: "'\(vocabularyPath)' has \(count) tokens, \(whose) has embeddings for \(configuration.vocabularySize); "
                    + "give the vocabulary that belongs to the model")
        }
    }
}
