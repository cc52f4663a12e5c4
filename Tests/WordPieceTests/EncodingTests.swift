import Testing
import WordPiece

@Suite struct EncodingTests {
    @Test func samples() throws {
        let samples = try Samples.read()
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        #expect(samples.encodings.count > 300)
        for sample in samples.encodings {
            let length = sample.maximumLength
            let encoding = try tokenizer.encode(sample.first, pair: sample.second, maximumLength: length)
            #expect(encoding.ids == sample.ids, "\(sample)")
            #expect(encoding.types == sample.types, "\(sample)")
            let whole = try tokenizer.encode(sample.first, pair: sample.second)
            #expect(encoding.wasTruncated == (encoding.ids.count < whole.ids.count))
            let first = Array(sample.first.utf8)
            if let second = sample.second.map({ Array($0.utf8) }) {
                let same = try tokenizer.encode(utf8: first.span, pair: second.span, maximumLength: length)
                #expect(same == encoding)
            } else {
                #expect(try tokenizer.encode(utf8: first.span, maximumLength: length) == encoding)
            }
        }
    }

    @Test("How much remains of two sides is as in the Rust library")
    func counts() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "b"]))
        for row in try Samples.read().counts {
            let encoding = try tokenizer.assemble(
                [Int32](repeating: 5, count: row[0]), pair: [Int32](repeating: 6, count: row[1]), maximumLength: row[2])
            #expect(encoding.ids.count { $0 == 5 } == row[3], "\(row)")
            #expect(encoding.ids.count { $0 == 6 } == row[4], "\(row)")
        }
    }

    @Test("Of an odd budget the second of two equal sides gets the more")
    func oddBudget() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "b"]))
        let side = { (id: Int32) in [Int32](repeating: id, count: 8) }
        let encoding = try tokenizer.assemble(side(5), pair: side(6), maximumLength: 7 + 3)
        #expect(encoding.ids == [2, 5, 5, 5, 3, 6, 6, 6, 6, 3])
        #expect(encoding.types == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
        #expect(encoding.wasTruncated)
    }

    @Test func noRoomForTheSpecialTokens() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a"]))
        for length in [-1, 0, 1] {
            #expect(throws: WordPieceError.maximumLengthTooSmall(maximumLength: length, minimum: 2)) {
                try tokenizer.encode("a", maximumLength: length)
            }
        }
        #expect(throws: WordPieceError.maximumLengthTooSmall(maximumLength: 2, minimum: 3)) {
            try tokenizer.encode("", pair: "", maximumLength: 2)
        }
        #expect(try tokenizer.encode("a", pair: "a", maximumLength: 3).ids == [2, 3, 3])
    }
}
