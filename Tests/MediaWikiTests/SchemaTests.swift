import Testing

@testable import MediaWiki

/// The versions of the export schema, each with what it has and others have not.
@Suite struct SchemaTests {
    private static let versions: [(version: String, page: String)] = [
        ("0.3", "<page><title>Diskussion:A</title><id>5</id><revision><id>9</id><text xml:space=\"preserve\">x &amp; y</text></revision></page>"),
        (
            "0.5",
            "<page><title>Diskussion:A</title><id>5</id><redirect /><revision><id>9</id><text xml:space=\"preserve\" bytes=\"5\">x &amp; y</text></revision></page>"
        ),
        (
            "0.6",
            "<page><title>Diskussion:A</title><ns>1</ns><id>5</id><sha1 /><revision><id>9</id><sha1>q</sha1><text>x &amp; y</text></revision></page>"
        ),
        (
            "0.10",
            "<page><title>Diskussion:A</title><ns>1</ns><id>5</id><revision><id>9</id><parentid>8</parentid><model>wikitext</model><format>text/x-wiki</format><text>x &amp; y</text></revision></page>"
        ),
        (
            "0.11",
            """
            <page><title>Diskussion:A</title><ns>1</ns><id>5</id><revision><id>9</id><origin>9</origin><model>wikitext</model>\
            <text bytes="5">x &amp; y</text><content><role>other</role><origin>9</origin><model>json</model><text>{}</text></content>\
            </revision></page>
            """
        ),
    ]

    @Test(arguments: versions.map(\.version)) func readsPagesOf(_ version: String) throws {
        let body = try #require(Self.versions.first { $0.version == version }).page
        let text = """
            <mediawiki xmlns="http://www.mediawiki.org/xml/export-\(version)/" version="\(version)" xml:lang="de"><siteinfo><namespaces>\
            <namespace key="0" /><namespace key="1">Diskussion</namespace></namespaces></siteinfo>\(body)</mediawiki>
            """
        let outcome = try read(text)
        #expect(outcome.error == nil)
        #expect(outcome.site.version == version && outcome.site.language == "de")
        let page = try #require(outcome.pages.first)
        #expect(page.title == "Diskussion:A" && page.id == 5 && page.namespace == 1)
        #expect(outcome.texts == ["x & y"])
        #expect((page.redirect != nil) == (version == "0.5"))
        #expect(page.model == (["0.10", "0.11"].contains(version) ? "wikitext" : ""))
    }

    @Test func readsTheSiteAndThePages() throws {
        let outcome = try read(dump(page("A", "one"), page("Diskussion:B", id: 2, namespace: 1, model: "json", "two")))
        #expect(outcome.error == nil)
        #expect(outcome.site.name == "Wiki" && outcome.site.database == "dewiki" && outcome.site.namespaces == [0: "", 1: "Diskussion"])
        #expect(outcome.titles == ["A", "Diskussion:B"])
        #expect(outcome.pages.map(\.namespace) == [0, 1] && outcome.pages.map(\.model) == ["wikitext", "json"])
    }

    @Test func takesTheLastOfManyRevisions() throws {
        let outcome = try read(
            "<mediawiki><page><title>A</title><revision><text>old</text></revision><revision><text>new</text></revision></page></mediawiki>")
        #expect(outcome.texts == ["new"])
    }

    @Test func readsPagesWithoutAHeader() throws {
        let outcome = try read(page("A", "one"))
        #expect(outcome.titles == ["A"] && outcome.error == nil)
    }

    @Test func readsAHeaderOnOneLine() throws {
        let outcome = try read(dump(page("A", "one")).replacing("\n", with: ""))
        #expect(outcome.titles == ["A"] && outcome.error == nil)
    }

    @Test func leavesOutPagesOverTheLimit() throws {
        let outcome = try read(dump(page("A", "one"), page("B", String(repeating: "x", count: 1001)), page("C", "three")), largestText: 1000)
        #expect(outcome.titles == ["A", "C"] && outcome.progress.oversized == 1 && outcome.error == nil)
    }

    @Test func readsAPageLargerThanABatch() throws {
        let text = String(repeating: "Viel Text. ", count: 500_000)
        let outcome = try read(dump(page("A", text), page("B", "two")))
        #expect(outcome.texts == [text, "two"])
    }

    @Test func refusesOtherXML() throws {
        let error = try #require(try read("<html><page1/></html>").error)
        #expect(error.description.contains("no <mediawiki> element") && !error.isDamage)
    }

    @Test(arguments: [
        ([0x1F, 0x8B, 8, 0, 0, 0, 0], "gzip -dc"), ([0x28, 0xB5, 0x2F, 0xFD, 0, 0], "zstd -dc"), ([], "is empty"),
        ([0x78, 0x79, 0x7A, 0x0A, 0x78, 0x79], "does not begin as XML does"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz -dc"),
    ] as [([UInt8], String)]) func saysWhatAFileIs(_ bytes: [UInt8], _ words: String) throws {
        let error = try #require(try read(bytes).error)
        #expect(error.description.contains(words), "\(error)")
    }
}
