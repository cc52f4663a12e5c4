import Testing
import WordPiece

@Suite struct DecodingTests {
    @Test func samples() throws {
        let samples = try Samples.read()
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        #expect(samples.decodings.count > 150)
        for sample in samples.decodings {
            let text = tokenizer.decode(sample.ids, skipSpecialTokens: sample.skip)
            // Scalars, as equality of strings would take composed and decomposed for the same.
            #expect(text.unicodeScalars.elementsEqual(sample.text.unicodeScalars), "\(sample), found \(text)")
            let plain = tokenizer.decode(sample.ids, skipSpecialTokens: sample.skip, cleansUp: false)
            #expect(plain.unicodeScalars.elementsEqual(sample.plain.unicodeScalars), "\(sample), found \(plain)")
        }
    }

    @Test func idsOutsideTheVocabularyAreLeftOut() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "##b"]))
        #expect(tokenizer.decode([5, 6, -1, 7, .max, .min, 5]) == "ab a")
    }

    @Test("Plain words come back")
    func roundTrip() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        for text in ["the road is closed", "unbridgeable tunnel lights", "cafe, ok.", "north [SEP] south"] {
            #expect(tokenizer.decode(tokenizer.tokenize(text), skipSpecialTokens: false) == text)
        }
    }
}
