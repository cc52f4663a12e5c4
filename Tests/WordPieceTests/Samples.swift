import Foundation
import WordPiece

/// What scripts/reference/tokenizer_samples.py wrote.
struct Samples: Decodable {
    struct Lines: Decodable {
        var lowercase: Bool
        var stripAccents: Bool?
        var handleChineseCharacters: Bool
        var cleanText: Bool
        /// For each text.
        var ids: [[Int32]]

        var settings: WordPieceSettings {
            WordPieceSettings(
                lowercase: lowercase, stripAccents: stripAccents, handleChineseCharacters: handleChineseCharacters,
                cleanText: cleanText)
        }
    }

    struct Sample: Decodable {
        var first: String
        var second: String?
        var maximumLength: Int?
        var ids: [Int32]
        var types: [UInt8]
    }

    /// Where the pieces of a text come from: bytes as first, end, first, end, ...
    struct Alignment: Decodable {
        var settings: Int
        var text: Int
        var offsets: [Int]
        var words: [Int32]
    }

    struct Windows: Decodable {
        struct Window: Decodable {
            var ids: [Int32]
            var types: [UInt8]
            var offsets: [Int]
            var words: [Int32?]
        }

        var first: String
        var second: String?
        var strategy: String
        var maximumLength: Int
        var stride: Int
        var windows: [Window]
    }

    struct Decoding: Decodable {
        var ids: [Int32]
        var skip: Bool
        var text: String
        /// Without clean-up.
        var plain: String
    }

    var texts: [String]
    var lines: [Lines]
    var alignments: [Alignment]
    var windows: [Windows]
    var encodings: [Sample]
    /// Pieces of the first and the second side, maximum length, and what remains of both.
    var counts: [[Int]]
    var decodings: [Decoding]

    static func bytes(of file: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Fixtures/\(file)"))
    }

    static func read() throws -> Samples {
        try JSONDecoder().decode(Samples.self, from: bytes(of: "samples.json"))
    }

    static func vocabulary() throws -> WordPieceVocabulary {
        try WordPieceVocabulary(bytes: Array(bytes(of: "vocab.txt")), file: "vocab.txt")
    }
}

/// A vocabulary of the special tokens, whose ids are 0 to 4, and these tokens.
func vocabulary(_ tokens: [String]) throws -> WordPieceVocabulary {
    let all = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + tokens
    return try WordPieceVocabulary(bytes: Array(all.joined(separator: "\n").utf8), file: "vocab.txt")
}
