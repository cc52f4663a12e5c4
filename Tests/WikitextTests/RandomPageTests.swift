import Foundation
import TestSupport
import Testing
import Wikitext

/// How many random pages are tried; LIMBECK_FUZZ turns it up.
private let rounds = ProcessInfo.processInfo.environment["LIMBECK_FUZZ"].flatMap { Int($0) } ?? 20_000

@Suite struct RandomPageTests {
    private static let pieces = [
        "{{", "}}", "{{{", "}}}", "[[", "]]", "[", "]", "|", "\n", "\n\n", "\n{|", "\n|}", "\n|-\n", "\n* ", "\n; a : b", "\n== h ==\n", "''", "'''", "'",
        "<ref>", "</ref>", "<ref name=a/>", "<nowiki>", "</nowiki>", "<!--", "-->", "<br>", "<table>", "</table>", "<div", ">", "<math>x</math>", "&amp;",
        "&#769;", "&lt;", "&", "File:a.jpg", "thumb", "Category:", "convert|1|km", "quote|", "lang|de|", "=", "http://a.b/c", "[http://a ", "__TOC__", "-{", "}-",
        "a", "word ", " ", "é", "e\u{301}", "ক\u{9C7}\u{9BE}", "日本（", "）", "(", ")", ", ", ".", "\u{200C}", "\u{200B}", "\u{1D15E}", "각", ";", ":", "#", "end",
    ]

    @Test("Any mixture of marks gives well-formed text without marks of ours, the same each time")
    func mixtures() {
        var generator = SplitMix64(seed: 7)
        var options = WikitextOptions()
        (options.captions, options.tables, options.math) = (true, true, true)
        var extractors = [WikitextExtractor(language: "zh"), WikitextExtractor(language: "zh", options: options)]
        for _ in 0..<rounds {
            let page = (0..<Int.random(in: 1...40, using: &generator)).map { _ in Self.pieces.randomElement(using: &generator)! }.joined()
            for index in extractors.indices {
                let text = extractors[index].text(of: Array(page.utf8).span)
                var fresh = WikitextExtractor(language: "zh", options: extractors[index].options)
                if Int.random(in: 0..<50, using: &generator) == 0 { #expect(fresh.text(of: Array(page.utf8).span) == text) }
                #expect(String(validating: text.text, as: UTF8.self) != nil, "\(page.debugDescription)")
                #expect(!text.text.contains { $0 < 0x20 && $0 != 0x0A }, "\(page.debugDescription)")
                let composed = String(decoding: text.text, as: UTF8.self).precomposedStringWithCanonicalMapping
                #expect(Array(composed.utf8) == text.text, "\(page.debugDescription)")
                #expect(text.literals.allSatisfy { !$0.isEmpty && $0.upperBound <= text.text.count }, "\(page.debugDescription)")
            }
        }
    }

    @Test("No bytes make it stumble")
    func bytes() {
        var generator = SplitMix64(seed: 8)
        var extractor = WikitextExtractor(language: "zh")
        for _ in 0..<rounds {
            var page: [UInt8] = []
            for _ in 0..<Int.random(in: 1...20, using: &generator) {
                if Bool.random(using: &generator) {
                    page += Array(Self.pieces.randomElement(using: &generator)!.utf8).prefix(Int.random(in: 1...6, using: &generator))
                } else {
                    page.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            _ = extractor.text(of: page.span)
        }
    }
}
