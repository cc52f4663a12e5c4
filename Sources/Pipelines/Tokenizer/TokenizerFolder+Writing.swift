import Files
package import WordPiece

extension TokenizerFolder {
    /// What `write` writes.
    package var fileNames: [String] { ["vocab.txt", "tokenizer_config.json"] + (tokenizerFileBytes == nil ? [] : ["tokenizer.json"]) }

    /// Writes what `AutoTokenizer` of `transformers` reads.
    ///
    /// - Returns: the names of the files.
    package func write(into path: String, maximumLength: Int) throws(PipelinesError) -> [String] {
        try settings.write(into: path, maximumLength: maximumLength)
        try lift(PipelinesError.files) { () throws(FilesError) in
            try AtomicFile.write(vocabularyBytes, to: path + "/vocab.txt")
            // It may say what the other cannot.
            if let tokenizerFileBytes { try AtomicFile.write(tokenizerFileBytes, to: path + "/tokenizer.json") }
        }
        return fileNames
    }
}

extension WordPieceSettings {
    /// Writes tokenizer_config.json.
    package func write(into path: String, maximumLength: Int) throws(PipelinesError) {
        let config = """
            {
              "additional_special_tokens": [\(additionalSpecialTokens.map(quoted).joined(separator: ", "))],
              "clean_up_tokenization_spaces": true,
              "cls_token": \(quoted(classToken)),
              "do_lower_case": \(lowercase),
              "mask_token": \(quoted(maskToken)),
              "model_max_length": \(maximumLength),
              "pad_token": \(quoted(padToken)),
              "sep_token": \(quoted(separatorToken)),
              "strip_accents": \(stripAccents.map { "\($0)" } ?? "null"),
              "tokenize_chinese_chars": \(handleChineseCharacters),
              "tokenizer_class": "BertTokenizer",
              "unk_token": \(quoted(unknownToken))
            }

            """
        try lift(PipelinesError.files) { () throws(FilesError) in
            try AtomicFile.write(Array(config.utf8), to: path + "/tokenizer_config.json")
        }
    }
}
