import Testing
@testable import Wikitext

@Suite struct OptionsTests {
    private func options(_ set: (inout WikitextOptions) -> Void) -> WikitextOptions {
        var options = WikitextOptions()
        set(&options)
        return options
    }

    @Test("Captions are paragraphs; options of pictures in any language are not")
    func captions() {
        let options = options { $0.captions = true }
        #expect(plain("[[File:A.jpg|thumb|200px|alt=x|A [[cat|big ''cat'']] in {{convert|3|m}}.<ref>r</ref>]]Text.", options: options) == "A big cat in 3 m.\n\nText.")
        #expect(plain("[[ファイル:A.jpg|サムネイル|250ピクセル|右]]文", options: options) == "文")
    }

    @Test("Rows of tables are lines")
    func tables() {
        let table = "A.\n{| class=x\n|+ Cap\n! H1 !! H2\n|-\n| style=\"y\" | a || b {{x|y}}\n|-\n| c\n| [[d|e]]\n|}\nB."
        #expect(plain(table, options: options { $0.tables = true }) == "A.\n\nCap\nH1; H2\na; b\nc; e\n\nB.")
    }

    @Test("Formulas and code")
    func formulas() {
        #expect(plain("a <math>\\frac{a}{b}</math> <pre>x</pre>", options: options { $0.math = true }) == "a \\frac{a}{b}")
        #expect(plain("a <pre>x [[y]]</pre> b", options: options { $0.code = true }) == "a\n\nx [[y]]\n\nb")
    }

    @Test("Variants, in wikis that have them")
    func variants() {
        let source = "-{zh-hans:计算机;zh-hant:電腦}-和-{zh-cn:域;zh-tw:體}-，-{不转换}-，-{R|原文}--{H|zh-cn:a;zh-tw:b}--{T|zh:x}-"
        #expect(plain(source, language: "zh") == "计算机和域，不转换，原文")
        #expect(plain(source, language: "zh", options: options { $0.variants = ["zh-tw", "zh-hant"] }) == "電腦和體，不转换，原文")
        #expect(plain("4-{{frac|2|3}} -{a}-", language: "en") == "4-2/3 -{a}-")
    }

    @Test("Pages that only lead elsewhere, or list meanings")
    func kinds() {
        var extractor = WikitextExtractor(language: "en")
        for source in ["#REDIRECT [[A]]", "#weiterleitung [[A]]", "#転送 [[対象]]", " \n#перенаправление: [[A]]"] {
            #expect(extractor.text(of: Array(source.utf8).span) == PlainText(isRedirect: true))
        }
        #expect(!extractor.text(of: Array("# one [[a]]".utf8).span).isRedirect)
        let list = extractor.text(of: Array("'''M''' may be:\n* [[a]]\n{{Disambiguation}}".utf8).span)
        #expect(list.isDisambiguation)
        #expect(String(decoding: list.text, as: UTF8.self) == "M may be:\na")
    }

    @Test("Namespaces are those of siteinfo, besides known ones")
    func namespaces() {
        let names = [6: "Fails", 14: "Kategoreja", 100: "Portals"]
        #expect(plain("[[Kategoreja:A]] [[Fails:B.jpg|thumb|c]] [[Portals:D]] e", language: "ltg", namespaces: names) == "Portals:D e")
    }

    @Test("Literal text can be told from what was wikitext")
    func literals() {
        var extractor = WikitextExtractor(language: "en")
        let page = extractor.text(of: Array("a <nowiki>[[b]]</nowiki> &lt;c&gt; {{!}} d | e [[:Category:F]]".utf8).span)
        let spans = page.literals.map { String(decoding: page.text[$0], as: UTF8.self) }
        #expect(spans == ["[[b]]", "<", ">", "|", "|", "Category:"])
    }
}
