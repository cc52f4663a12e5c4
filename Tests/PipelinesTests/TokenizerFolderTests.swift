import TestSupport
import Testing
import WordPiece

@testable import Pipelines

@Suite struct TokenizerFolderTests {
    private let folder = TemporaryFolder()

    /// - Parameter configuration: `tokenizer_config.json`; nil for none.
    private func tokenizer(
        _ configuration: String?, lowercase: Bool? = nil, vocabulary: String = Bench.vocabulary
    ) throws -> TokenizerFolder {
        try folder.write(vocabulary, to: "vocab.txt")
        if let configuration { try folder.write(configuration, to: "tokenizer_config.json") }
        return try TokenizerFolder(folder.path, lowercase: lowercase)
    }

    @Test(arguments: [nil, "{}", #"{ "model_max_length": 512, "do_lower_case": null, "strip_accents": null, "mask_token": null }"#])
    func nothingSaidIsAnUncasedBERT(_ configuration: String?) throws {
        let found = try tokenizer(configuration)
        #expect(found.settings == WordPieceSettings())
        #expect(found.tokenizer.settings == found.settings && found.vocabularyPath == folder.path + "/vocab.txt")
        #expect(found.tokenizer.vocabulary.count == 7)
    }

    @Test func aVocabularyMayBeNamedItself() throws {
        let there = try tokenizer(#"{ "do_lower_case": false }"#)
        let here = try TokenizerFolder(folder.path + "/vocab.txt")
        #expect(here.settings == there.settings && !here.settings.lowercase)
        #expect(here.vocabularyHash == there.vocabularyHash && here.facts == there.facts)
    }

    @Test(arguments: [
        (#"{ "do_lower_case": false }"#, WordPieceSettings(lowercase: false)),
        (#"{ "strip_accents": true }"#, WordPieceSettings(stripAccents: true)),
        (#"{ "strip_accents": false }"#, WordPieceSettings(stripAccents: false)),
        (#"{ "do_lower_case": false, "strip_accents": true }"#, WordPieceSettings(lowercase: false, stripAccents: true)),
        (#"{ "tokenize_chinese_chars": false }"#, WordPieceSettings(handleChineseCharacters: false)),
    ]) func settingsAreRead(_ configuration: String, _ settings: WordPieceSettings) throws {
        #expect(try tokenizer(configuration).settings == settings)
    }

    @Test func lowercasingCanBeOverridden() throws {
        #expect(try tokenizer(#"{ "do_lower_case": false }"#, lowercase: true).settings.lowercase)
        #expect(try !tokenizer(#"{ "do_lower_case": true }"#, lowercase: false).settings.lowercase)
        #expect(try tokenizer("{}", lowercase: false).tokenizer.tokenize("A") == [1])
        #expect(try tokenizer("{}", lowercase: true).tokenizer.tokenize("A") == [5])
    }

    @Test func aTokenIsAStringOrAnObject() throws {
        let found = try tokenizer(
            """
            { "unk_token": "<unk>", "sep_token": { "content": "</s>", "lstrip": false }, "cls_token": { "__type": "AddedToken", "content": "<s>" },
              "pad_token": "<pad>", "mask_token": { "content": "<mask>" } }
            """, vocabulary: "<unk>\n</s>\n<s>\n<pad>\n<mask>\na\n")
        #expect(found.tokenizer.unknownID == 0 && found.tokenizer.separatorID == 1 && found.tokenizer.classID == 2)
        #expect(found.tokenizer.padID == 3 && found.tokenizer.maskID == 4)
        #expect(try found.tokenizer.encode("a b").ids == [2, 5, 0, 1])
    }

    @Test(arguments: [
        ("{ \"do_lower_case\": ", "it cannot be parsed"), ("", "it cannot be parsed"),
        (#"{ "do_lower_case": "no" }"#, "'do_lower_case' is of another type"),
        (#"{ "strip_accents": 1 }"#, "'strip_accents' is of another type"), (#"{ "cls_token": 3 }"#, "'cls_token' is of another type"),
        (#"{ "cls_token": { "text": "[CLS]" } }"#, "it cannot be parsed"),
    ]) func whatIsNoConfigurationIsNamed(_ configuration: String, _ says: String) {
        #expect(
            refusal { try tokenizer(configuration) }
                == "stage 'tokens': '\(folder.path)/tokenizer_config.json' is not the JSON of a BERT tokenizer: \(says)")
    }

    @Test func aVocabularyThatIsAbsentIsNamed() throws {
        #expect(refusal { try TokenizerFolder(folder.path) }.hasPrefix("stage 'tokens': '\(folder.path)' has no vocab.txt; "))
        let file = folder.path + "/words.txt"
        #expect(refusal { try TokenizerFolder(file) } == "stage 'tokens': there is no vocabulary '\(file)'")
    }

    @Test func aSpecialTokenIsInTheVocabulary() {
        let text = refusal { try tokenizer(#"{ "mask_token": "<mask>" }"#) }
        #expect(text.hasPrefix("\(folder.path)/vocab.txt: the vocabulary lacks '<mask>'"), "\(text)")
    }

    // MARK: Added tokens

    @Test(arguments: [
        #"{ "additional_special_tokens": ["b", { "content": "a", "normalized": false }] }"#,
        #"{ "added_tokens_decoder": { "6": { "content": "b", "single_word": false }, "5": { "content": "a" }, "2": { "content": "[CLS]" } } }"#,
    ]) func addedTokensAreFoundWithinWords(_ configuration: String) throws {
        #expect(try tokenizer("{}").tokenizer.tokenize("ab") == [1])
        let found = try tokenizer(configuration)
        #expect(found.settings.additionalSpecialTokens == ["a", "b"])
        #expect(found.tokenizer.tokenize("ab") == [5, 6])
    }

    @Test(arguments: [("single_word", "a single word"), ("normalized", "normalised text")])
    func anAddedTokenThatIsFoundOtherwiseIsRefused(_ key: String, _ says: String) {
        let text = refusal { try tokenizer("{ \"additional_special_tokens\": [{ \"content\": \"a\", \"\(key)\": true }] }") }
        #expect(text.hasPrefix("stage 'tokens': '\(folder.path)/tokenizer_config.json': the added token 'a' is matched as \(says)"), "\(text)")
    }

    // MARK: Facts

    @Test func factsFollowEverySetting() throws {
        let configurations = [
            "{}", #"{ "do_lower_case": false }"#, #"{ "strip_accents": true }"#, #"{ "strip_accents": false }"#,
            #"{ "tokenize_chinese_chars": false }"#, #"{ "unk_token": "a" }"#, #"{ "sep_token": "a" }"#, #"{ "cls_token": "a" }"#,
            #"{ "pad_token": "a" }"#, #"{ "mask_token": "a" }"#, #"{ "additional_special_tokens": ["a"] }"#,
        ]
        let facts = try configurations.map { try tokenizer($0).facts }
        #expect(Set(facts).count == configurations.count)
        #expect(try tokenizer(#"{ "model_max_length": 9, "do_lower_case": true }"#).facts == facts[0])
    }

    @Test func theHashIsThatOfTheVocabularysContents() throws {
        let first = try tokenizer(nil).vocabularyHash
        #expect(try tokenizer(#"{ "do_lower_case": false }"#).vocabularyHash == first)
        #expect(try tokenizer("{}", vocabulary: Bench.vocabulary + "c\n").vocabularyHash != first)
    }

    // MARK: Writing

    @Test(arguments: [
        "{}", #"{ "do_lower_case": false }"#, #"{ "strip_accents": true }"#, #"{ "do_lower_case": false, "strip_accents": false }"#,
        #"{ "tokenize_chinese_chars": false }"#, #"{ "additional_special_tokens": ["b", "a"] }"#,
        #"{ "unk_token": "<\"unk\">", "cls_token": "a\\b", "sep_token": "ü", "pad_token": "{pad}", "mask_token": "漢" }"#,
    ]) func whatIsWrittenIsReadBack(_ configuration: String) throws {
        let found = try tokenizer(configuration, vocabulary: Bench.vocabulary + "<\"unk\">\na\\b\nü\n{pad}\n漢\n")
        let output = TemporaryFolder()
        #expect(try found.write(into: output.path, maximumLength: 64) == ["vocab.txt", "tokenizer_config.json"])
        let again = try TokenizerFolder(output.path)
        #expect(again.settings == found.settings && again.facts == found.facts)
        #expect(again.vocabularyHash == found.vocabularyHash)
        #expect(try Set(output.files().keys) == ["vocab.txt", "tokenizer_config.json"])
        #expect(String(decoding: try output.contents("tokenizer_config.json"), as: UTF8.self).contains("\"model_max_length\": 64"))
    }

    @Test func anOverrideIsWritten() throws {
        let found = try tokenizer("{}", lowercase: false)
        let output = TemporaryFolder()
        _ = try found.write(into: output.path, maximumLength: 64)
        #expect(try !TokenizerFolder(output.path).settings.lowercase)
    }

    @Test func theVocabularyIsWrittenAsItWasRead() throws {
        let found = try tokenizer(nil)
        try folder.write("another\n", to: "vocab.txt")
        let output = TemporaryFolder()
        _ = try found.write(into: output.path, maximumLength: 64)
        #expect(try output.contents("vocab.txt") == Array(Bench.vocabulary.utf8))
    }
}
