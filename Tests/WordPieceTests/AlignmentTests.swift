import Testing
import WordPiece

/// First, end, first, end, ...
private func flat(_ offsets: [Range<Int>]) -> [Int] { offsets.flatMap { [$0.lowerBound, $0.upperBound] } }

@Suite struct AlignmentTests {
    @Test("Offsets and words are those of the Rust library, where marks keep their order")
    func samples() throws {
        let samples = try Samples.read()
        #expect(samples.alignments.count > 350)
        for sample in samples.alignments {
            let lines = samples.lines[sample.settings]
            let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary(), settings: lines.settings)
            let text = samples.texts[sample.text]
            let pieces = tokenizer.align(text)
            #expect(pieces.ids == lines.ids[sample.text])
            #expect(flat(pieces.offsets) == sample.offsets, "\(text.debugDescription)")
            #expect(pieces.words == sample.words, "\(text.debugDescription)")
        }
    }

    @Test("Windows are those of the Rust library")
    func windows() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        for sample in try Samples.read().windows {
            let found = try tokenizer.windows(
                sample.first, pair: sample.second, maximumLength: sample.maximumLength,
                truncation: #require(TruncationStrategy(rawValue: sample.strategy)), stride: sample.stride)
            #expect(found.map(\.ids) == sample.windows.map(\.ids))
            #expect(found.map(\.types) == sample.windows.map(\.types))
            #expect(found.map { flat($0.offsets) } == sample.windows.map(\.offsets))
            #expect(found.map { $0.words.map { $0 ?? -1 } } == sample.windows.map { $0.words.map { $0 ?? -1 } })
            #expect(found.allSatisfy { $0.wasTruncated == (found.count > 1) })
        }
    }

    @Test("Without a stride one window holds what encoding yields")
    func oneWindow() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary())
        for sample in try Samples.read().encodings {
            let windows = try tokenizer.windows(sample.first, pair: sample.second, maximumLength: sample.maximumLength)
            #expect(windows.map(\.ids) == [sample.ids] && windows.map(\.types) == [sample.types])
        }
    }

    @Test("Words may be masked as a whole, special tokens not at all")
    func maskableSpans() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "##b", "##c", "."]))
        let window = try tokenizer.windows("abc [MASK] ab. zz", pair: "ab")[0]
        #expect(window.ids == [2, 5, 6, 7, 4, 5, 6, 8, 1, 3, 5, 6, 3])
        #expect(window.maskableSpans == [1..<4, 5..<7, 7..<8, 8..<9, 10..<12])
        #expect(window.isSpecial == window.ids.map { [2, 3, 4].contains($0) })
    }

    @Test("Marks that are moved leave their places, so that offsets stay in order")
    func movedMarks() throws {
        let settings = WordPieceSettings(lowercase: false, stripAccents: true)
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a", "##\u{302e}", "##\u{1baa}"]), settings: settings)
        // Class 224, then class 9: the second comes first.
        let pieces = tokenizer.align("a\u{302e}\u{1baa}")
        #expect(pieces.ids == [5, 7, 6])
        #expect(pieces.offsets == [0..<1, 1..<4, 4..<7])
    }

    @Test func strategiesThatCannotCutEnough() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a"]))
        func encode(_ first: Int, _ second: Int?, _ length: Int, _ strategy: TruncationStrategy) throws -> Int {
            try tokenizer.assemble(
                [Int32](repeating: 5, count: first), pair: second.map { [Int32](repeating: 5, count: $0) }, maximumLength: length,
                truncation: strategy).ids.count
        }
        #expect(try encode(5, 5, 9, .onlyFirst) == 9)
        #expect(throws: WordPieceError.nothingToTruncate(.onlyFirst, excess: 5, count: 5)) { try encode(5, 5, 8, .onlyFirst) }
        #expect(try encode(5, 2, 9, .onlySecond) == 9)
        #expect(throws: WordPieceError.nothingToTruncate(.onlySecond, excess: 2, count: 2)) { try encode(5, 2, 8, .onlySecond) }
        #expect(throws: WordPieceError.nothingToTruncate(.onlySecond, excess: 1, count: 0)) { try encode(5, nil, 6, .onlySecond) }
        #expect(try encode(5, nil, 7, .onlySecond) == 7)
    }

    @Test func stridesThatLeadNowhere() throws {
        let tokenizer = try WordPieceTokenizer(vocabulary: vocabulary(["a"]))
        func windows(_ stride: Int, pair: Bool = false) throws -> Int {
            let text = "a a a a a a"
            return try tokenizer.windows(text, pair: pair ? text : nil, maximumLength: pair ? 12 : 6, stride: stride).count
        }
        #expect(try windows(0) == 2 && windows(3) == 3)
        #expect(throws: WordPieceError.invalidStride(4, problem: .room(4))) { try windows(4) }
        #expect(throws: WordPieceError.invalidStride(-1, problem: .negative)) { try windows(-1) }
        #expect(throws: WordPieceError.invalidStride(2, problem: .strategy)) { try windows(2, pair: true) }
    }
}
