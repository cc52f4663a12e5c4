import Foundation
import TestSupport
import Testing

@testable import MediaWiki

/// How many dumps are damaged; LIMBECK_FUZZ turns it up.
private let count = ProcessInfo.processInfo.environment["LIMBECK_FUZZ"].flatMap { Int($0) } ?? 3_000

@Suite struct FuzzTests {
    private static let sound = Array(
        ("<!DOCTYPE mediawiki [<!ENTITY e \"x\">]>" + dump(page("A", "one &amp; &lt;b&gt; \u{e4}"), page("B", id: 2, "<![CDATA[two]]> three"))).utf8)
    private static let pieces = [
        "<", ">", "</page>", "<page>", "<text>", "</text>", "&", "&e;", "]]>", "<![CDATA[", "<!--", "-->", "<?x", "?>", "\u{0}", "\u{FFFF}", "</mediawiki>",
        "<mediawiki>", "<content><role>main</role>", "<ns>9</ns>", "xmlns:a=\"b\"", "<a:b>", "<!ENTITY f \"&f;\">",
    ].map { Array($0.utf8) }

    private func damaged(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...5, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &generator) ?? [], at: place)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator)))
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: Int.random(in: 0...bytes.count, using: &generator))
            }
        }
        return bytes
    }

    /// It ends, with pages of no more text than came in, and by itself or with an error that says something.
    @Test func damagedXMLIsReadOrTold() throws {
        var generator = SplitMix64(seed: 1)
        var whole = 0
        for _ in 0..<count {
            let bytes = damaged(Self.sound, &generator)
            let outcome = try read(bytes)
            // A byte that is no UTF-8 becomes three, one of UTF-16 no more.
            #expect(outcome.pages.reduce(0) { $0 + $1.text.count } <= 3 * bytes.count)
            #expect(outcome.error.map { !$0.description.isEmpty } ?? true)
            if outcome.error == nil, outcome.pages.count == 2 { whole += 1 }
        }
        #expect(whole > count / 20 && whole < count * 19 / 20)
    }

    @Test func damagedCompressionIsTold() throws {
        var generator = SplitMix64(seed: 2)
        let streams = [Self.sound[..<400], Self.sound[400...]].map { compressed(Array($0)) }
        for _ in 0..<count / 3 {
            let outcome = try read(damaged(streams.joined() + [], &generator), threads: 1)
            #expect(outcome.error.map { !$0.description.isEmpty } ?? true)
            #expect(outcome.pages.count <= 6)
        }
    }
}
