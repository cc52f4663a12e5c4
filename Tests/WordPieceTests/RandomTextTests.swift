import TestSupport
import Testing
import WordPiece

/// The definition for ASCII, word by word and character by character.
private struct Oracle {
    let ids: [String: Int32]
    let lowercases: Bool

    func tokenize(_ text: String) -> [Int32] {
        for (token, id) in [("[PAD]", Int32(0)), ("[UNK]", 1), ("[CLS]", 2), ("[SEP]", 3), ("[MASK]", 4)] {
            if let range = text.firstRange(of: token) {
                return tokenize(String(text[..<range.lowerBound])) + [id] + tokenize(String(text[range.upperBound...]))
            }
        }
        var words = [""]
        for scalar in text.unicodeScalars {
            let isSpace = "\t\n\r ".unicodeScalars.contains(scalar)
            if !isSpace, scalar.value < 0x20 || scalar.value == 0x7F { continue }
            let character = lowercases ? scalar.properties.lowercaseMapping : String(scalar)
            if isSpace {
                words.append("")
            } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                words[words.count - 1] += character
            } else {
                words += [character, ""]
            }
        }
        return words.filter { !$0.isEmpty }.flatMap(pieces)
    }

    private func pieces(_ word: String) -> [Int32] {
        var found: [Int32] = []
        var rest = Substring(word)
        while !rest.isEmpty, word.count <= 100 {
            var length = rest.count
            let prefix = found.isEmpty ? "" : "##"
            while length > 0, ids[prefix + rest.prefix(length)] == nil { length -= 1 }
            guard length > 0, let id = ids[prefix + rest.prefix(length)] else { return [1] }
            found.append(id)
            rest = rest.dropFirst(length)
        }
        return rest.isEmpty ? found : [1]
    }
}

@Suite struct RandomTextTests {
    @Test("Random ASCII is tokenised as by the definition", arguments: [true, false])
    func oracle(lowercases: Bool) throws {
        var generator = SplitMix64(seed: lowercases ? 1 : 2)
        var tokens: Set<String> = ["a", "b", ".", "[", "]", "##a", "##b", "##c"]
        while tokens.count < 60 {
            let length = Int.random(in: 1...4, using: &generator)
            let word = String((0..<length).map { _ in "abcABC".randomElement(using: &generator)! })
            tokens.insert(Bool.random(using: &generator) ? word : "##" + word)
        }
        let ordered = tokens.sorted()
        let vocabulary = try vocabulary(ordered)
        let settings = WordPieceSettings(lowercase: lowercases)
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary, settings: settings)
        let ids = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1, Int32($0 + 5)) })
        let oracle = Oracle(ids: ids, lowercases: lowercases)
        let parts = ["[SEP]", "[MASK]", "[UNK]", String(repeating: "a", count: 60)]
        for _ in 0..<4000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...24, using: &generator) {
                switch Int.random(in: 0..<20, using: &generator) {
                case 0: text += parts.randomElement(using: &generator)!
                case 1...3: text += " "
                case 4: text.unicodeScalars.append(Unicode.Scalar(UInt8.random(in: 0..<128, using: &generator)))
                default: text.append("abcABC.[]".randomElement(using: &generator)!)
                }
            }
            #expect(tokenizer.tokenize(text) == oracle.tokenize(text), "\(text.debugDescription)")
        }
    }

    @Test("Random bytes give ids of the vocabulary or an error")
    func bytes() throws {
        var generator = SplitMix64(seed: 3)
        let vocabulary = try Samples.vocabulary()
        let tokenizers = try [true, false].map {
            try WordPieceTokenizer(vocabulary: vocabulary, settings: WordPieceSettings(lowercase: $0, cleanText: $0))
        }
        var invalid = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            for tokenizer in tokenizers {
                let result = Result { () throws(WordPieceError) in try tokenizer.tokenize(utf8: bytes.span) }
                switch result {
                case .success(let ids):
                    #expect(ids.allSatisfy { $0 >= 0 && $0 < vocabulary.count })
                    #expect(ids == tokenizer.tokenize(String(decoding: bytes, as: UTF8.self)))
                case .failure(let error):
                    invalid += 1
                    guard case .invalidUTF8(let offset) = error else { throw error }
                    #expect((0..<count).contains(offset))
                    #expect(String(validating: bytes[...offset], as: UTF8.self) == nil)
                    #expect(String(validating: bytes[..<offset], as: UTF8.self) != nil)
                }
            }
        }
        #expect(invalid > 1000)
    }

    @Test("White space parts texts: each is tokenised as alone")
    func concatenation() throws {
        var generator = SplitMix64(seed: 4)
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        let texts = try Samples.read().texts
        for _ in 0..<2000 {
            let a = texts.randomElement(using: &generator)!, b = texts.randomElement(using: &generator)!
            #expect(tokenizer.tokenize(a + " " + b) == tokenizer.tokenize(a) + tokenizer.tokenize(b))
        }
    }

    @Test("A character joins a word, parts it or is not there")
    func scalars() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "b", "##b"]))
        let (unknown, parted, alone, without, doubled): ([Int32], [Int32], [Int32], [Int32], [Int32]) =
            ([1], [5, 6], [5, 1, 6], [5, 7], [5, 7, 7])
        var counts: [[Int32]: Int] = [:]
        for scalar in (0..<0x11_0000 as Range<UInt32>).lazy.compactMap(Unicode.Scalar.init) {
            let ids = tokenizer.tokenize("a\(scalar)b")
            counts[ids, default: 0] += 1
            if ![unknown, parted, alone, without, doubled].contains(ids) {
                Issue.record("U+\(String(scalar.value, radix: 16)) gives \(ids)")
            }
        }
        // Spaces, ideographs and punctuation, marks and controls, the letter b in its forms; all else is unknown.
        #expect(counts[parted, default: 0] > 20 && counts[alone, default: 0] > 80_000 && counts[without, default: 0] > 130_000)
        #expect(counts[doubled, default: 0] > 2 && counts[unknown, default: 0] > 700_000, "\(counts)")
    }
}
