import Testing

@testable import MediaWiki

@Suite struct CompressionTests {
    private static let head = String(dump(page("A", "one")).dropLast("</mediawiki>\n".count))
    private static let parts = [head, page("B", id: 2, "two &amp; more"), page("C", id: 3, "three"), "</mediawiki>\n"]
    private static var multistream: [UInt8] { parts.flatMap { compressed(Array($0.utf8)) } }

    @Test(arguments: [1, 2, 3]) func readsOneStreamOrMany(_ threads: Int) throws {
        for bytes in [compressed(Array(Self.parts.joined().utf8)), Self.multistream] {
            let outcome = try read(bytes, threads: threads)
            #expect(outcome.titles == ["A", "B", "C"] && outcome.error == nil)
            #expect(outcome.progress.inputBytes == bytes.count)
        }
    }

    @Test func readsManyBlocksInOrder() throws {
        // Text that hardly shrinks, so that there are many blocks of 100 kB.
        var state: UInt64 = 1
        let pages = (0..<400).map { index in
            let text = (0..<3000).map { _ -> String in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return String(UnicodeScalar(UInt8(0x61 + (state >> 59) % 26)))
            }
            return page("P\(index)", id: index, text.joined())
        }
        let text = dump(pages.joined())
        for level: Int32 in [1, 9] {
            let outcome = try read(compressed(Array(text.utf8), level: level), threads: 3)
            #expect(outcome.titles == (0..<400).map { "P\($0)" } && outcome.error == nil)
        }
    }

    @Test func readsAnEmptyStreamBetween() throws {
        let parts = Self.parts.map { compressed(Array($0.utf8)) }
        let outcome = try read(parts[0] + compressed([]) + parts[1] + compressed([]) + parts[2] + parts[3])
        #expect(outcome.titles == ["A", "B", "C"] && outcome.error == nil)
    }

    @Test func saysOfWhatFollows() throws {
        let bytes = Self.multistream
        #expect(try read(bytes + [0, 0, 0, 0]).error == nil)
        let outcome = try read(bytes + Array("garbage".utf8))
        #expect(outcome.titles == ["A", "B", "C"])
        guard case .trailingData(_, let offset)? = outcome.error else { throw Unexpected(outcome.error) }
        #expect(offset == bytes.count)
    }

    /// Wherever the file ends, what is there comes, and the end is told of.
    @Test func everyCutIsTold() throws {
        let bytes = Self.multistream
        let whole = try read(bytes)
        for count in 4..<bytes.count {
            let outcome = try read(Array(bytes[..<count]))
            #expect(whole.pages.starts(with: outcome.pages))
            // What the streams before hold is there.
            let error = try #require(outcome.error, "cut at \(count)")
            #expect(error.isDamage)
            if case .cutOff(_, let offset) = error { #expect(offset == count) }
        }
    }

    /// No flipped bit makes a page that was not there, and none that takes one away goes unnoticed. Some bits say nothing.
    @Test func everyFlippedBitIsTold() throws {
        let bytes = Self.multistream
        let whole = try read(bytes)
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let outcome = try read(damaged, threads: 1)
            #expect(whole.pages.starts(with: outcome.pages), "bit \(bit)")
            if outcome.error == nil { #expect(outcome.pages == whole.pages, "bit \(bit)") }
        }
    }

    /// A sign that stands in a block by chance makes two pieces of it, which are joined.
    @Test func joinsTheParts() throws {
        let text = Array(String(repeating: "Some text to be compressed. ", count: 50).utf8)
        let stream = compressed(text)
        var scanner = BlockScanner()
        let pieces = scanner.scan(stream.span)
        guard case .block(let block)? = pieces.first else { throw Unexpected(nil) }
        #expect(block.decoded() == text)
        for cut in stride(from: 81, to: block.bitCount, by: 7) {
            var (first, second) = (CompressedBlock(), CompressedBlock())
            for bit in 0..<block.bitCount {
                let value = UInt64(block.bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
                if bit < cut { first.append(value, count: 1) } else { second.append(value, count: 1) }
            }
            #expect(first.decoded() == nil)
            first.append(second)
            #expect(first.decoded() == text)
        }
    }

    @Test func boundsWhatHasNoSign() throws {
        let noise = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let first = try #require(try read(Array("BZh9".utf8) + noise).error)
        guard case .damaged(_, 0) = first else { throw Unexpected(first) }
        let streams = Self.parts.dropLast().flatMap { compressed(Array($0.utf8)) }
        let outcome = try read(streams + noise)
        #expect(outcome.titles.starts(with: ["A", "B"]))
        #expect(outcome.error?.isDamage == true, "\(String(describing: outcome.error))")
        // Inside a block.
        let cut = try read(streams.dropLast(60) + noise)
        #expect(cut.titles.starts(with: ["A", "B"]))
        guard case .damaged? = cut.error else { throw Unexpected(cut.error) }
    }
}

struct Unexpected: Error {
    let error: MediaWikiError?
    init(_ error: MediaWikiError?) { self.error = error }
}
