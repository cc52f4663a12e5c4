import Testing

@testable import MediaWiki

@Suite struct DamageTests {
    @Test func endsInsideAPage() throws {
        let text = dump(page("A", "one"), page("B", "two, which is not whole"))
        let cut = String(text[..<text.firstRange(of: "which")!.lowerBound])
        let outcome = try read(cut)
        #expect(outcome.titles == ["A"])
        #expect(outcome.error.map { $0.description.contains("after \(cut.utf8.count) bytes inside the page 'B'") } == true)
    }

    /// Whole pages come, whatever the cut.
    @Test func everyCutIsTold() throws {
        let bytes = Array(dump(page("A", "one"), page("B", "two")).utf8)
        let ends = [0, 1].map { (count: Int) in bytes.indices.filter { bytes[$0...].starts(with: "</page>".utf8) }[count] + 7 }
        let root = bytes.indices.first { bytes[$0...].starts(with: "</mediawiki>".utf8) }! + 12
        for count in 12..<root {
            let outcome = try read(Array(bytes[..<count]))
            #expect(outcome.pages.count == ends.count { $0 <= count })
            #expect(outcome.error != nil, "cut at \(count)")
        }
        #expect(try read(Array(bytes[..<root])).error == nil)
    }

    @Test func goesOnBehindAFault() throws {
        let outcome = try read(dump(page("A", "one &bogus; two"), page("B", "two")))
        #expect(outcome.titles == ["A", "B"] && outcome.texts[0].hasPrefix("one ") && outcome.texts[0].hasSuffix(" two"))
        #expect(outcome.progress.faults > 0 && outcome.error == nil)
        // A mark that begins no element leaves the parser without its way.
        let lost = try read(dump(page("A", "one"), page("B", "a < b"), page("C", "three")))
        #expect(lost.titles.first == "A" && !lost.titles.contains("B"))
        #expect(lost.error != nil, "\(lost)")
    }

    @Test func saysWhereXMLCannotBeReadOn() throws {
        let outcome = try read(dump(page("A", "one")) + "<mediawiki>" + page("B", "two") + "</mediawiki>")
        #expect(outcome.titles.first == "A")
        #expect(outcome.error != nil || outcome.progress.faults > 0)
    }

    /// Entities that name each other grow to gigabytes where they are expanded.
    @Test func expandsNoEntities() throws {
        let laughs = (1...9).map { "<!ENTITY l\($0) \"\(String(repeating: "&l\($0 - 1);", count: 10))\">" }.joined()
        let outcome = try read("<!DOCTYPE x [<!ENTITY l0 \"lol\">\(laughs)]>" + dump(page("A", "x &l9; y"), page("B", "two")))
        #expect(outcome.texts.reduce(0) { $0 + $1.utf8.count } < 1000)
        #expect(outcome.titles.contains("B") || outcome.error != nil)
        #expect(outcome.progress.faults > 0)
    }

    @Test func fetchesNothing() throws {
        let outcome = try read("<!DOCTYPE x [<!ENTITY e SYSTEM \"/etc/hostname\">]>" + dump(page("A", "x &e; y")))
        #expect(!outcome.texts.joined().contains("\n"))
        #expect(outcome.progress.faults > 0)
    }

    @Test func deepNestingIsHarmless() throws {
        let deep = String(repeating: "<a>", count: 200_000)
        let outcome = try read(dump(page("A", "one")).replacing("</mediawiki>", with: deep))
        #expect(outcome.titles == ["A"] && outcome.error != nil)
    }
}
