import Files
import WordPiece

extension TokenizerFolder {
    /// Writes what `AutoTokenizer` of `transformers` reads.
    ///
    /// - Returns: the names of the files.
    func write(into path: String, maximumLength: Int) throws(PipelinesError) -> [String] {
        let config = """
            {
              "additional_special_tokens": [\(settings.additionalSpecialTokens.map(quoted).joined(separator: ", "))],
              "clean_up_tokenization_spaces": true,
              "cls_token": \(quoted(settings.classToken)),
              "do_lower_case": \(settings.lowercase),
              "mask_token": \(quoted(settings.maskToken)),
              "model_max_length": \(maximumLength),
              "pad_token": \(quoted(settings.padToken)),
              "sep_token": \(quoted(settings.separatorToken)),
              "strip_accents": \(settings.stripAccents.map { "\($0)" } ?? "null"),
              "tokenize_chinese_chars": \(settings.handleChineseCharacters),
              "tokenizer_class": "BertTokenizer",
              "unk_token": \(quoted(settings.unknownToken))
            }

            """
        try lift(PipelinesError.files) { () throws(FilesError) in
            try AtomicFile.write(vocabularyBytes, to: path + "/vocab.txt")
            try AtomicFile.write(Array(config.utf8), to: path + "/tokenizer_config.json")
            // It may say what the other cannot.
            if let tokenizerFileBytes { try AtomicFile.write(tokenizerFileBytes, to: path + "/tokenizer.json") }
        }
        return ["vocab.txt", "tokenizer_config.json"] + (tokenizerFileBytes == nil ? [] : ["tokenizer.json"])
    }
}
