import TestSupport
import Testing
import WordPiece

/// The encoder's ids of a text.
private func encode(_ encoder: inout WordPieceEncoder, _ text: String) -> [Int32] {
    var ids: [Int32] = []
    encoder.append(text.utf8Span, to: &ids)
    return ids
}

@Suite struct WordPieceEncoderTests {
    @Test("Ids are those of the tokenizer, with a cache large and small, cold and warm", arguments: 0..<5, [1, 1 << 14])
    func samples(index: Int, runs: Int) throws {
        let samples = try Samples.read()
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary(), settings: samples.lines[index].settings)
        var encoder = WordPieceEncoder(tokenizer, runs: runs)
        for _ in 0..<2 {
            for (text, ids) in zip(samples.texts, samples.lines[index].ids) {
                #expect(encode(&encoder, text) == ids, "\(text.debugDescription)")
            }
        }
    }

    @Test("Random text is encoded as it is tokenised", arguments: [true, false])
    func random(lowercases: Bool) throws {
        var generator = SplitMix64(seed: lowercases ? 5 : 6)
        let settings = WordPieceSettings(lowercase: lowercases)
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary(), settings: settings)
        var encoder = WordPieceEncoder(tokenizer, runs: 1024)
        let texts = try Samples.read().texts
        var all = ""
        var expected: [Int32] = []
        var ends: [Int] = []
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                switch Int.random(in: 0..<12, using: &generator) {
                case 0: text += "[MASK]"
                case 1: text += texts.randomElement(using: &generator)!
                case 2: text.unicodeScalars.append(Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &generator))!)
                case 3: text += String(repeating: "ab", count: Int.random(in: 1...60, using: &generator))
                case 4: text += ", "
                default:
                    let letters = (0..<Int.random(in: 1...18, using: &generator)).map { _ in "etaoinsé".randomElement(using: &generator)! }
                    text += String(letters) + (Bool.random(using: &generator) ? " " : "")
                }
            }
            let ids = tokenizer.tokenize(text)
            #expect(encode(&encoder, text) == ids, "\(text.debugDescription)")
            if text.utf8.contains(0x0A) { continue }
            all += text + "\n"
            expected += ids
            ends.append(expected.count)
        }
        for text in [all, String(all.dropLast())] {
            var (ids, found): ([Int32], [Int]) = ([], [])
            encoder.append(lines: text.utf8Span, to: &ids, ends: &found)
            #expect(ids == expected && found == ends)
        }
    }

    @Test("Words of all lengths at all distances from the end of a text")
    func ends() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        var encoder = WordPieceEncoder(tokenizer, runs: 1024)
        for length in 0...70 {
            for rest in 0...20 {
                for letter in ["r", "é", "界"] {
                    let text = String(repeating: letter, count: length) + " " + String(repeating: ".a", count: rest)
                    #expect(encode(&encoder, text) == tokenizer.tokenize(text))
                    #expect(encode(&encoder, String(text.reversed())) == tokenizer.tokenize(String(text.reversed())))
                }
            }
        }
    }

    @Test("Lines append to what is there, empty ones too")
    func lines() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "b", "##b"]))
        var encoder = WordPieceEncoder(tokenizer)
        var (ids, ends): ([Int32], [Int]) = ([9], [1])
        encoder.append(lines: "a\n\nab[SEP]\r\n\n".utf8Span, to: &ids, ends: &ends)
        #expect(ids == [9, 5, 5, 7, 3] && ends == [1, 2, 2, 5, 5])
        encoder.append(lines: "".utf8Span, to: &ids, ends: &ends)
        encoder.append(lines: "b".utf8Span, to: &ids, ends: &ends)
        #expect(ids == [9, 5, 5, 7, 3, 6] && ends == [1, 2, 2, 5, 5, 6])
    }

    @Test("A run with more ids than room at first, and one without any")
    func longRuns() throws {
        var settings = WordPieceSettings(cleanText: false)
        settings.maximumWordLength = 1 << 20
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "##a"]), settings: settings)
        var encoder = WordPieceEncoder(tokenizer)
        for count in [99, 65_000, 65_536, 200_000] {
            let text = String(repeating: "a", count: count)
            #expect(encode(&encoder, "a " + text) == [5, 5] + [Int32](repeating: 6, count: count - 1))
        }
        #expect(encode(&encoder, String(repeating: "\u{300}", count: 50_000)) == [])
    }
}
