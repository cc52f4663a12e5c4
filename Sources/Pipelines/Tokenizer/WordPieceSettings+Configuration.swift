import Files
import FoundationEssentials
import WordPiece

extension WordPieceSettings {
    /// `tokenizer_config.json` of a folder as far as it matters; nothing of it means an uncased BERT.
    ///
    /// - Throws: where it asks for what this tokenizer does not do, since the ids would be others.
    init(configurationIn folder: String) throws(PipelinesError) {
        self.init()
        let file = folder + "/tokenizer_config.json"
        // A link that leads nowhere is an error, not a missing file.
        guard Folder.hasEntry(file) else { return }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        let raw: RawTokenizerSettings
        do { raw = try JSONDecoder().decode(RawTokenizerSettings.self, from: Data(bytes)) } catch {
            throw .stage("tokens", problem: "'\(file)' is not the JSON of a BERT tokenizer: \(Self.problem(error))")
        }
        lowercase = raw.do_lower_case ?? lowercase
        stripAccents = raw.strip_accents
        handleChineseCharacters = raw.tokenize_chinese_chars ?? handleChineseCharacters
        unknownToken = raw.unk_token?.content ?? unknownToken
        separatorToken = raw.sep_token?.content ?? separatorToken
        classToken = raw.cls_token?.content ?? classToken
        padToken = raw.pad_token?.content ?? padToken
        maskToken = raw.mask_token?.content ?? maskToken
        let usual = [unknownToken, separatorToken, classToken, padToken, maskToken]
        var added: Set<String> = []
        for token in (raw.additional_special_tokens ?? []) + (raw.added_tokens_decoder ?? [:]).values where !usual.contains(token.content) {
            guard token.single_word != true, token.normalized != true else {
                throw .stage(
                    "tokens",
                    problem: "'\(file)': the added token '\(token.content)' is matched as \(token.single_word == true ? "a single word" : "normalised text"), which is not supported; "
                        + "take it out if the texts do not have it")
            }
            added.insert(token.content)
        }
        additionalSpecialTokens = added.sorted()
    }

    private static func problem(_ error: any Error) -> String {
        if case DecodingError.typeMismatch(_, let context) = error {
            return "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is of another type"
        }
        return "it cannot be parsed"
    }
}

/// `tokenizer_config.json`, key by key, in its own spelling.
private struct RawTokenizerSettings: Decodable {
    /// A token as a string, or as an object with its `content`.
    struct Token: Decodable {
        var content: String
        var single_word: Bool?
        var normalized: Bool?

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                content = text
                return
            }
            let container = try decoder.container(keyedBy: Key.self)
            content = try container.decode(String.self, forKey: .content)
            single_word = try container.decodeIfPresent(Bool.self, forKey: .single_word)
            normalized = try container.decodeIfPresent(Bool.self, forKey: .normalized)
        }

        enum Key: String, CodingKey { case content, single_word, normalized }
    }

    var do_lower_case: Bool?
    var strip_accents: Bool?
    var tokenize_chinese_chars: Bool?
    var unk_token: Token?
    var sep_token: Token?
    var cls_token: Token?
    var pad_token: Token?
    var mask_token: Token?
    var additional_special_tokens: [Token]?
    var added_tokens_decoder: [String: Token]?
}
