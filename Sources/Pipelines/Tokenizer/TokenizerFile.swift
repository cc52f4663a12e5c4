import Files
import FoundationEssentials
import WordPiece

/// A `tokenizer.json` of the `tokenizers` library, as far as it says how a BERT tokenises.
///
/// Its truncation and padding are not followed: lengths are the pipeline's business.
struct TokenizerFile {
    /// As a vocab.txt.
    let vocabulary: [UInt8]
    let settings: WordPieceSettings

    /// - Throws: where it asks for what this tokenizer does not do, since the ids would be others.
    init(_ bytes: [UInt8], file: String) throws(PipelinesError) {
        func refusal(_ problem: String) -> PipelinesError { .stage("tokens", problem: "'\(file)': \(problem)") }
        guard let text = bytewiseJSON(bytes), let raw = try? JSONDecoder().decode(RawTokenizer.self, from: Data(text)) else {
            throw refusal("this is not the JSON of a tokenizer")
        }
        guard raw.model.type ?? "WordPiece" == "WordPiece" else { throw refusal("the model is \(raw.model.type!), not WordPiece") }
        guard raw.normalizer?.type == "BertNormalizer" else {
            throw refusal("the normalizer is \(raw.normalizer?.type ?? "missing"), and only BertNormalizer is supported")
        }
        guard raw.pre_tokenizer?.type == "BertPreTokenizer" else {
            throw refusal("the pre-tokenizer is \(raw.pre_tokenizer?.type ?? "missing"), and only BertPreTokenizer is supported")
        }
        var settings = WordPieceSettings(
            lowercase: raw.normalizer?.lowercase ?? true, stripAccents: raw.normalizer?.strip_accents,
            handleChineseCharacters: raw.normalizer?.handle_chinese_chars ?? true, cleanText: raw.normalizer?.clean_text ?? true)
        settings.unknownToken = raw.model.unk_token?.text ?? settings.unknownToken
        settings.continuingPrefix = raw.model.continuing_subword_prefix?.text ?? settings.continuingPrefix
        settings.maximumWordLength = raw.model.max_input_chars_per_word ?? settings.maximumWordLength
        settings.padToken = raw.padding?.pad_token?.text ?? settings.padToken
        if let processor = raw.post_processor {
            guard let (first, last) = processor.around else {
                throw refusal("the post-processor is not [CLS] A [SEP], [CLS] A [SEP] B [SEP] with types 0 and 1")
            }
            (settings.classToken, settings.separatorToken) = (first, last)
        }

        var tokens: [Int: [UInt8]] = [:]
        for (token, id) in raw.model.vocab { tokens[id] = ByteText(token).bytes }
        let usual = settings.namedTokens
        for added in raw.added_tokens ?? [] {
            let name = added.content.text
            guard tokens[added.id] == nil || tokens[added.id] == added.content.bytes else {
                throw refusal("the added token '\(name)' has the id \(added.id) of another")
            }
            tokens[added.id] = added.content.bytes
            guard added.single_word != true, added.normalized != true else { throw refusal(unsupportedMatching(name, singleWord: added.single_word == true)) }
            if !usual.contains(name) { settings.additionalSpecialTokens.append(name) }
        }
        settings.additionalSpecialTokens.sort()
        guard let last = tokens.keys.max(), tokens.keys.min()! >= 0, last < 1 << 24 else { throw refusal("there are no tokens, or ids that are none") }
        var vocabulary: [UInt8] = []
        for id in 0...last {
            let token = tokens[id] ?? []
            guard WordPieceVocabulary.isLine(token) else {
                throw refusal("token \(id) ends with white space or holds a line break, which this tokenizer never yields; rename it")
            }
            vocabulary += token + [UInt8(ascii: "\n")]
        }
        (self.vocabulary, self.settings) = (vocabulary, settings)
    }
}

/// Why a token that was added to a tokenizer is refused.
func unsupportedMatching(_ token: String, singleWord: Bool) -> String {
    "the added token '\(token)' is matched as \(singleWord ? "a single word" : "normalised text"), which is not supported; "
        + "take it out if the texts do not have it"
}

/// A string of `bytewiseJSON`.
private struct ByteText: Decodable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }
    init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// JSON whose strings hold a character below U+0100 for each byte of UTF-8.
///
/// A decoder's keys are equal where they are canonically equivalent; tokens that differ in their bytes are different.
/// Such characters have no equivalents.
private func bytewiseJSON(_ json: [UInt8]) -> [UInt8]? {
    var text: [UInt8] = []
    text.reserveCapacity(json.count)
    func append(_ byte: UInt8) { text += byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
    func escape(at index: Int) -> UInt32? {
        guard index + 6 <= json.count, json[index] == UInt8(ascii: "\\"), json[index + 1] == UInt8(ascii: "u") else { return nil }
        return UInt32(String(decoding: json[index + 2..<index + 6], as: UTF8.self), radix: 16)
    }
    var index = 0
    while index < json.count {
        guard json[index] == UInt8(ascii: "\\") else {
            append(json[index])
            index += 1
            continue
        }
        var value = escape(at: index)
        var length = 6
        if let high = value, (0xD800..<0xDC00).contains(high) {
            guard let low = escape(at: index + 6), (0xDC00..<0xE000).contains(low) else { return nil }
            value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        if let value, value >= 0x80 {
            guard let scalar = Unicode.Scalar(value) else { return nil }
            for byte in String(scalar).utf8 { append(byte) }
            index += length
        } else {
            text += json[index..<min(index + 2, json.count)]
            index += 2
        }
    }
    return text
}

/// `tokenizer.json`, key by key, in its own spelling.
private struct RawTokenizer: Decodable {
    struct Model: Decodable {
        var type: String?
        var unk_token: ByteText?
        var continuing_subword_prefix: ByteText?
        var max_input_chars_per_word: Int?
        var vocab: [String: Int]
    }

    struct Normalizer: Decodable {
        var type: String
        var clean_text: Bool?
        var handle_chinese_chars: Bool?
        var strip_accents: Bool?
        var lowercase: Bool?
    }

    struct Part: Decodable { var type: String }
    struct Padding: Decodable { var pad_token: ByteText? }

    struct AddedToken: Decodable {
        var id: Int
        var content: ByteText
        var single_word: Bool?
        var normalized: Bool?
    }

    var model: Model
    var normalizer: Normalizer?
    var pre_tokenizer: Part?
    var post_processor: RawPostProcessor?
    var padding: Padding?
    var added_tokens: [AddedToken]?
}

/// What puts special tokens around sequences.
private struct RawPostProcessor: Decodable {
    struct Item: Decodable {
        struct Piece: Decodable {
            var id: ByteText
            var type_id: Int
        }
        var SpecialToken: Piece?
        var Sequence: Piece?
    }

    /// A token and its id.
    struct Named: Decodable {
        var token: ByteText
        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            token = try container.decode(ByteText.self)
        }
    }

    var type: String
    var single: [Item]?
    var pair: [Item]?
    var cls: Named?
    var sep: Named?

    /// The tokens at the beginning and the end; `nil` if it does anything else.
    var around: (first: String, last: String)? {
        if type == "BertProcessing", let cls, let sep { return (cls.token.text, sep.token.text) }
        guard type == "TemplateProcessing", let single, let pair, single.count == 3, pair.count == 5,
            let first = single[0].SpecialToken?.id.text, let last = single[2].SpecialToken?.id.text
        else { return nil }
        func facts(_ items: [Item]) -> [String] {
            items.map { item in
                item.SpecialToken.map { "\($0.id.text)\t\($0.type_id)" } ?? item.Sequence.map { "\($0.id.text) text\t\($0.type_id)" } ?? ""
            }
        }
        let start = ["\(first)\t0", "A text\t0", "\(last)\t0"]
        guard facts(single) == start, facts(pair) == start + ["B text\t1", "\(last)\t1"] else { return nil }
        return (first, last)
    }
}
