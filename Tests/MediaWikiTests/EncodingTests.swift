import Testing

@testable import MediaWiki

@Suite struct EncodingTests {
    private static let text = dump(page("Ä — 漢字", "naïve 𝒳 “quoted” বাংলা &lt;b&gt; \u{FFFD}"), page("B", "two"))

    private static func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { littleEndian ? [UInt8($0 & 0xFF), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    @Test(arguments: ["UTF-8", "UTF-8 with mark", "UTF-16LE with mark", "UTF-16BE with mark", "UTF-16LE", "UTF-16BE"])
    func reads(_ encoding: String) throws {
        let bytes: [UInt8] =
            switch encoding {
            case "UTF-8": Array(Self.text.utf8)
            case "UTF-8 with mark": [0xEF, 0xBB, 0xBF] + Array(Self.text.utf8)
            case "UTF-16LE with mark": [0xFF, 0xFE] + Self.utf16(Self.text, littleEndian: true)
            case "UTF-16BE with mark": [0xFE, 0xFF] + Self.utf16(Self.text, littleEndian: false)
            case "UTF-16LE": Self.utf16(Self.text, littleEndian: true)
            default: Self.utf16(Self.text, littleEndian: false)
            }
        let outcome = try read(bytes)
        #expect(outcome.error == nil && outcome.progress.replacements == 0)
        #expect(outcome.titles == ["Ä — 漢字", "B"])
        #expect(outcome.texts[0] == "naïve 𝒳 “quoted” বাংলা <b> \u{FFFD}")
    }

    /// However the bytes come, the same text comes out.
    @Test(arguments: [1, 2, 3, 5, 7, 64]) func cutsMakeNoDifference(_ size: Int) {
        let damaged = Array("a\u{1}ü".utf8) + [0xC3] + Array("漢".utf8) + [0xE6, 0xBC] + Array("x\u{FFFF}😀".utf8) + [0xF0, 0x9F, 0x98]
        for bytes in [Array(Self.text.utf8), damaged, [0xFF, 0xFE] + Self.utf16(Self.text, littleEndian: true), [0xFE, 0xFF, 0xD8, 0x00, 0, 0x41, 0xD8]] {
            var whole = TextFilter()
            let expected = whole.filter(bytes, isLast: true)
            var filter = TextFilter()
            var found: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += filter.filter(Array(bytes[start..<min(start + size, bytes.count)]), isLast: start + size >= bytes.count)
            }
            #expect(found == expected)
            #expect(filter.replacements == whole.replacements)
        }
    }

    @Test func replacesWhatIsNoTextAndCounts() throws {
        var bytes = Array(dump(page("A", "one@two#three")).utf8)
        bytes[bytes.firstIndex(of: UInt8(ascii: "@"))!] = 0xFF
        bytes[bytes.firstIndex(of: UInt8(ascii: "#"))!] = 0x02
        let outcome = try read(bytes)
        #expect(outcome.texts == ["one\u{FFFD}twothree"] && outcome.progress.replacements == 2 && outcome.error == nil)
    }

    /// A parser that is fed byte by byte tells the same.
    @Test func feedsByteByByte() {
        let handler = PageHandler(largestText: 1 << 20)
        let stream = XMLStream(handler)
        for byte in Self.text.utf8 { #expect(stream.feed([byte].span)?.reason == nil) }
        #expect(handler.pages.map(\.title) == ["Ä — 漢字", "B"] && handler.isComplete)
    }
}
