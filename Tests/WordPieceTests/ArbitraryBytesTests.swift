import Foundation
import TestSupport
import Testing
import WordPiece

/// How many texts of arbitrary bytes are tried; LIMBECK_FUZZ turns it up.
private let rounds = ProcessInfo.processInfo.environment["LIMBECK_FUZZ"].flatMap { Int($0) } ?? 4_000

@Suite struct ArbitraryBytesTests {
    /// Bytes of any kind: random ones, pieces of UTF-8 of all planes that are cut anywhere, special tokens and parts of them.
    private func bytes(_ generator: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes += (0..<Int.random(in: 1...6, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            case 1: bytes += Array("[MASK][SEP]".utf8).prefix(Int.random(in: 0...11, using: &generator))
            case 2: bytes += [UInt8](repeating: [0x61, 0xCC, 0x80, 0xEA].randomElement(using: &generator)!, count: Int.random(in: 0...140, using: &generator))
            case 3: bytes += Array("\u{1baa}\u{302e}\u{301}\u{8d4}".utf8).shuffled(using: &generator)
            case 4:
                for _ in 0..<4 {
                    bytes += String(Unicode.Scalar(UInt32.random(in: 0x300...0x1B00, using: &generator)) ?? " ").utf8
                }
            case 5:
                let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator)) ?? "\u{FFFD}"
                bytes += Array(String(scalar).utf8).prefix(Int.random(in: 1...4, using: &generator))
            case 6: bytes += Array("가각힣道路Ǆﬁé🚗".utf8)
            default: bytes += Array(" the road, unbridgeable! ".utf8)
            }
        }
        return bytes
    }

    @Test("What is not UTF-8 is replaced as Swift does it, piece by piece")
    func repair() {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<rounds {
            let bytes = bytes(&generator)
            let text = String(decoding: bytes, as: UTF8.self)
            let repaired = repairedUTF8(bytes.span)?.text
            #expect((repaired ?? bytes) == Array(text.utf8))
            #expect((repaired == nil) == (String(validating: bytes, as: UTF8.self) != nil))
        }
    }

    @Test("Offsets lie on the edges of characters and never go back; all ways to the ids agree", arguments: [true, false])
    func offsets(lowercases: Bool) throws {
        var generator = SplitMix64(seed: lowercases ? 2 : 3)
        let settings = WordPieceSettings(lowercase: lowercases, stripAccents: true)
        let tokenizer = try WordPieceTokenizer(vocabulary: Samples.vocabulary(), settings: settings)
        var encoder = WordPieceEncoder(tokenizer, runs: 1024)
        for round in 0..<rounds {
            let bytes = bytes(&generator)
            let utf8 = repairedUTF8(bytes.span)?.text ?? bytes
            let text = try UTF8Span(validating: utf8.span)
            let pieces = tokenizer.align(text)
            var last = 0..<0
            var lastWord: Int32 = -1
            for (offsets, word) in zip(pieces.offsets, pieces.words) {
                #expect(offsets.lowerBound < offsets.upperBound && offsets.upperBound <= utf8.count)
                #expect(offsets.lowerBound >= last.lowerBound && offsets.upperBound >= last.upperBound)
                for edge in [offsets.lowerBound, offsets.upperBound] where edge < utf8.count { #expect(utf8[edge] & 0xC0 != 0x80) }
                #expect(word == lastWord || word == lastWord + 1)
                (last, lastWord) = (offsets, word)
            }
            #expect(pieces.ids == tokenizer.tokenize(text) && pieces.offsets.count == pieces.ids.count)
            var ids: [Int32] = []
            encoder.append(text, to: &ids)
            #expect(ids == pieces.ids)
            // The same in blocks of any size, from the bytes as they are.
            var stream = WordPieceStream(tokenizer)
            ids = []
            var start = 0
            while start < bytes.count {
                let end = min(start + Int.random(in: 1...(round % 2 == 0 ? 5 : 200), using: &generator), bytes.count)
                stream.append(bytes.span.extracting(start..<end), to: &ids)
                start = end
            }
            stream.finish(to: &ids)
            #expect(ids == pieces.ids, "\(bytes)")
            let replacements = repairedUTF8(bytes.span)?.replacements ?? 0
            #expect(stream.replacements == replacements)
        }
    }
}
