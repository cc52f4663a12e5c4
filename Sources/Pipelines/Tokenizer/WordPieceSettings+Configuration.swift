import Files
import FoundationEssentials
import WordPiece

extension WordPieceSettings {
    /// Follows `tokenizer_config.json` of a folder as far as it matters; what it does not say stays as it is.
    ///
    /// - Throws: where it asks for what this tokenizer does not do, since the ids would be others.
    mutating func follow(configurationIn folder: String) throws(PipelinesError) {
        let file = folder + "/tokenizer_config.json"
        // A link that leads nowhere is an error, not a missing file.
        guard Folder.hasEntry(file) else { return }
        func refusal(_ problem: String) -> PipelinesError { .stage("tokens", problem: "'\(file)': \(problem)") }
        let bytes = try lift(PipelinesError.files) { () throws(FilesError) in try Folder.contents(file) }
        let raw: RawTokenizerSettings
        do { raw = try JSONDecoder().decode(RawTokenizerSettings.self, from: Data(bytes)) } catch {
            throw .stage("tokens", problem: "'\(file)' is not the JSON of a BERT tokenizer: \(Self.problem(error))")
        }
        lowercase = raw.do_lower_case ?? lowercase
        stripAccents = raw.strip_accents ?? stripAccents
        handleChineseCharacters = raw.tokenize_chinese_chars ?? handleChineseCharacters
        unknownToken = raw.unk_token?.content ?? unknownToken
        separatorToken = raw.sep_token?.content ?? separatorToken
        classToken = raw.cls_token?.content ?? classToken
        padToken = raw.pad_token?.content ?? padToken
        maskToken = raw.mask_token?.content ?? maskToken
        var added = Set(additionalSpecialTokens)
        for token in (raw.additional_special_tokens ?? []) + (raw.added_tokens_decoder ?? [:]).values where !namedTokens.contains(token.content) {
            guard token.single_word != true, token.normalized != true else {
                throw refusal(unsupportedMatching(token.content, singleWord: token.single_word == true))
            }
            added.insert(token.content)
        }
        additionalSpecialTokens = added.subtracting(namedTokens).sorted()
        if let name = raw.never_split?.first(where: { !specialTokens.contains($0) }) {
            throw refusal(
                "never_split has '\(name)', which the fast tokenizers split and the slow ones do not; "
                    + "name it in additional_special_tokens, or take it out")
        }
        if raw.do_basic_tokenize == false { throw refusal("do_basic_tokenize is false, which is not supported: give text that was not split yet") }
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
    var do_basic_tokenize: Bool?
    var never_split: [String]?
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
