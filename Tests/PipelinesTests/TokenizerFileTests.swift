import TestSupport
import Testing
import WordPiece

@testable import Pipelines

@Suite struct TokenizerFileTests {
    private let folder = TemporaryFolder()

    private static let vocabulary = ###""[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "b": 6, "##b": 7"###

    private static let processor = """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                    {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
                  {"SpecialToken": {"id": "[SEP]", "type_id": 1}}]}
        """

    /// What `tokenizers` writes, shortened.
    private static func file(
        vocabulary: String = vocabulary, model: String = "", normalizer: String = #"{"type": "BertNormalizer", "lowercase": true}"#,
        preTokenizer: String = #"{"type": "BertPreTokenizer"}"#, processor: String = processor, added: String = ""
    ) -> String {
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [\(added)], "normalizer": \(normalizer),
         "pre_tokenizer": \(preTokenizer), "post_processor": \(processor), "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
         "model": {"type": "WordPiece"\(model), "vocab": {\(vocabulary)}}}
        """
    }

    private func tokenizer(_ json: String) throws -> TokenizerFolder {
        try folder.write(json, to: "tokenizer.json")
        return try TokenizerFolder(folder.path)
    }

    @Test func theVocabularyAndSettingsAreRead() throws {
        let found = try tokenizer(Self.file())
        #expect(found.settings == WordPieceSettings())
        #expect(found.vocabularyPath == folder.path + "/tokenizer.json")
        #expect(try found.tokenizer.encode("AB a").ids == [2, 5, 7, 5, 3])
        #expect(try TokenizerFolder(folder.path + "/tokenizer.json").facts == found.facts)
    }

    @Test(arguments: [
        (#"{"type": "BertNormalizer", "lowercase": false}"#, WordPieceSettings(lowercase: false)),
        (#"{"type": "BertNormalizer", "strip_accents": false}"#, WordPieceSettings(stripAccents: false)),
        (#"{"type": "BertNormalizer", "clean_text": false}"#, WordPieceSettings(cleanText: false)),
        (
            #"{"type": "BertNormalizer", "handle_chinese_chars": false, "strip_accents": true}"#,
            WordPieceSettings(stripAccents: true, handleChineseCharacters: false)
        ),
    ]) func theNormalizerIsFollowed(_ normalizer: String, _ settings: WordPieceSettings) throws {
        let found = try tokenizer(Self.file(normalizer: normalizer))
        #expect(found.settings == settings)
        let facts = found.facts
        #expect(try tokenizer(Self.file()).facts != facts)
    }

    @Test func theModelIsFollowed() throws {
        let model = #", "unk_token": "?", "continuing_subword_prefix": "@", "max_input_chars_per_word": 2"#
        let found = try tokenizer(Self.file(vocabulary: Self.vocabulary + #", "@b": 8, "?": 9"#, model: model))
        #expect(found.tokenizer.tokenize("ab") == [5, 8])
        #expect(found.tokenizer.tokenize("abb") == [9], "longer than two")
    }

    @Test func otherSpecialTokensStandAround() throws {
        let found = try tokenizer(Self.file(
            vocabulary: Self.vocabulary + #", "<s>": 8, "</s>": 9"#,
            processor: #"{"type": "BertProcessing", "sep": ["</s>", 9], "cls": ["<s>", 8]}"#))
        #expect(try found.tokenizer.encode("a", pair: "b").ids == [8, 5, 9, 6, 9])
        let template = Self.processor.replacing("[CLS]", with: "<s>").replacing("[SEP]", with: "</s>")
        #expect(try tokenizer(Self.file(vocabulary: Self.vocabulary + #", "<s>": 8, "</s>": 9"#, processor: template)).facts == found.facts)
    }

    @Test func addedTokensFollowTheVocabulary() throws {
        let added = #"{"id": 8, "content": "<x>", "special": true}, {"id": 4, "content": "[MASK]"}, {"id": 10, "content": "a\u00fc"}"#
        let found = try tokenizer(Self.file(added: added))
        #expect(found.settings.additionalSpecialTokens == ["<x>", "aü"])
        #expect(found.tokenizer.tokenize("b<x>aü[MASK]") == [6, 8, 10, 4])
        #expect(found.tokenizer.vocabulary.count == 11)
    }

    /// A decoder of JSON takes equivalent keys for one.
    @Test func tokensThatAreCanonicallyEquivalentAreTwo() throws {
        let json = Self.file(
            vocabulary: Self.vocabulary + ", \"\u{E9}\": 8, \"e\u{301}\": 9, \"\\ud83d\\ude97\": 10, \"\\u6771\": 11, \"\\\"\": 12, \"\\\\\": 13, \"\\u0041\": 14",
            normalizer: #"{"type": "BertNormalizer", "lowercase": false}"#)
        let found = try tokenizer(json)
        #expect(found.tokenizer.tokenize("\u{E9} e\u{301} 🚗東\"\\ A") == [8, 9, 10, 11, 12, 13, 14])
    }

    static let refusals: [(String, String)] = [
        ("", "not the JSON of a tokenizer"), ("{}", "not the JSON of a tokenizer"), (#"{"model": {"vocab": [["a", 1]]}}"#, "not the JSON"),
        (file(vocabulary: #""\ud83d": 0"#), "not the JSON of a tokenizer"), (String(file().dropLast(3)), "not the JSON of a tokenizer"),
        (file().replacing(#""type": "WordPiece", "vocab""#, with: #""type": "BPE", "vocab""#), "the model is BPE"),
        (file(normalizer: "null"), "the normalizer is missing"), (file(normalizer: #"{"type": "NFKC"}"#), "the normalizer is NFKC"),
        (file(preTokenizer: #"{"type": "Whitespace"}"#), "the pre-tokenizer is Whitespace"), (file(preTokenizer: "null"), "the pre-tokenizer is missing"),
        (file(processor: processor.replacing("\"type_id\": 1", with: "\"type_id\": 0")), "the post-processor"),
        (file(processor: #"{"type": "ByteLevel"}"#), "the post-processor"),
        (file(added: #"{"id": 5, "content": "<x>"}"#), "'<x>' has the id 5 of another"),
        (file(added: #"{"id": 8, "content": "<x>", "single_word": true}"#), "a single word"),
        (file(added: #"{"id": 8, "content": "<x>", "normalized": true}"#), "normalised text"),
        (file(vocabulary: ""), "no tokens"), (file(vocabulary: vocabulary + #", "c": -1"#), "ids that are none"),
        (file(vocabulary: vocabulary + #", "c": 90000000"#), "ids that are none"), (file(vocabulary: vocabulary + #", "c\n": 8"#), "token 8 ends with"),
        (file(vocabulary: vocabulary.replacing("\"[SEP]\": 3, ", with: "")), "lacks '[SEP]'"),
    ]

    @Test(arguments: refusals) func whatWouldYieldOtherIDsIsRefused(_ json: String, _ says: String) {
        let text = refusal { try tokenizer(json) }
        #expect(text.contains(says) && text.contains("tokenizer.json"), "\(text)")
    }

    @Test func besideAVocabularyItSaysWhatTheConfigurationDoesNot() throws {
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##b\n", to: "vocab.txt")
        let cased = Self.file(normalizer: #"{"type": "BertNormalizer", "lowercase": false}"#)
        #expect(try !tokenizer(cased).settings.lowercase)
        #expect(try tokenizer(cased).vocabularyPath.hasSuffix("vocab.txt"))
        try folder.write(#"{"do_lower_case": true}"#, to: "tokenizer_config.json")
        #expect(try tokenizer(cased).settings.lowercase, "the configuration says so")
        try folder.write("{}", to: "tokenizer_config.json")
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nc\n##b\n", to: "vocab.txt")
        let text = refusal { try tokenizer(cased) }
        #expect(text.contains("have different tokens"), "\(text)")
    }

    @Test func itIsWrittenBack() throws {
        let json = Self.file(
            model: #", "max_input_chars_per_word": 7"#, normalizer: #"{"type": "BertNormalizer", "lowercase": false, "clean_text": false}"#)
        let found = try tokenizer(json)
        let output = TemporaryFolder()
        #expect(try found.write(into: output.path, maximumLength: 9) == ["vocab.txt", "tokenizer_config.json", "tokenizer.json"])
        #expect(try output.contents("tokenizer.json") == Array(json.utf8))
        let again = try TokenizerFolder(output.path)
        #expect(again.facts == found.facts && again.settings == found.settings)
    }

    // MARK: tokenizer_config.json

    @Test func neverSplitTokensAreSpecialTokens() throws {
        try folder.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n##b\n", to: "vocab.txt")
        try folder.write(#"{"never_split": ["[MASK]", "b"], "additional_special_tokens": ["b"]}"#, to: "tokenizer_config.json")
        #expect(try TokenizerFolder(folder.path).tokenizer.tokenize("ab[MASK]") == [5, 6, 4])
        try folder.write(#"{"never_split": ["b"]}"#, to: "tokenizer_config.json")
        #expect(refusal { try TokenizerFolder(folder.path) }.contains("never_split has 'b'"))
        try folder.write(#"{"do_basic_tokenize": false}"#, to: "tokenizer_config.json")
        #expect(refusal { try TokenizerFolder(folder.path) }.contains("do_basic_tokenize is false"))
    }
}
