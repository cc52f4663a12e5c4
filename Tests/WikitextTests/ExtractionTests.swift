import Testing
import Wikitext

@Suite struct ExtractionTests {
    static let quotesExamples = [
        Example("'''Bold''', ''italic'' and '''''both'''''", "Bold, italic and both"),
        Example("the '''road''''s end", "the road's end"),
        Example("D'''or'' e altro", "D'or e altro"),
        Example("''''four'''' and ''''''six''''''", "'four' and 'six'"),
        Example("'''open\nand not", "open\nand not"),
        Example("it's ''[[a|b]]''", "it's b"),
    ]

    static let linksExamples = [
        Example("[[bridge]]s, [[Bridge|bridges]]", "bridges, bridges"),
        Example("[[a_b#c|''d'' [[e]]]]", "d e"),
        Example("[[Bridge (song)|]]", "Bridge (song)"),
        Example("[[:Category:Roads]] [[:de:Weg|Weg]] [[wikt:way|way]]", "Category:Roads Weg way"),
        Example("[[Category:Roads|*]]\n[[de:Weg]]\nText.", "Text."),
        Example("a [[open\n\nnext", "a open\n\nnext"),
        Example("a [[target|label goes on\n\nnext", "a label goes on\n\nnext"),
        Example("closed]] and [6]]", "closed and [6"),
        Example("see [http://a.b the ''site''], [http://a.b], http://a.b/c?d=e (http://a.b)", "see the site,"),
        Example("[//a.b here] [mailto:a@b.c write] [sic] a[0]", "here write [sic] a[0]"),
        Example("ratio 3:4, and so://on", "ratio 3:4, and so://on"),
        Example("見る http://a.b/c。次", "見る。次"),
    ]

    static let filesExamples = [
        Example("[[File:A.jpg|thumb|left|a [[b]] {{c|d}} [[File:E.png|10px]].<ref>f</ref>]]Text.", "Text."),
        Example("[[File:A.jpg|thumb|one\n\ntwo]]\nText.", "Text."),
        Example("[[Datei:A.jpg|mini|x]] [[ファイル:A.jpg|サムネイル]] [[চিত্র:A.jpg|থাম্ব|ক]]b", "b"),
        Example("[[File:A.jpg|thumb|never closed\n\nText.", "Text."),
        Example("<gallery mode=packed>\nFile:A.jpg|Caption [[one]]\n</gallery>\nb", "b"),
    ]

    static let templatesExamples = [
        Example("{{Infobox\n| a = b\n| c = {{lang|de|[[Y]]}}\n}}\n'''X''' was.", "X was."),
        Example("{{convert|100|km|mi}}, {{convert|5|by|6|m}}, {{convert|10|to|20|kg}}, {{cvt|6|ft|2|in}}", "100 km, 5 by 6 m, 10 to 20 kg, 6 ft 2 in"),
        Example("{{formatnum:1234567}} {{formatnum:12.5}}", "1,234,567 12.5"),
        Example("({{lang-el|Αθήνα}}, {{transl|el|Athína}}; {{IPA-el|aˈθina}})", "(Αθήνα, Athína; aˈθina)"),
        Example("A ({{IPAc-en|x}}; {{respell|Y}}) b ({{x}}, c) d (e; {{x}}) f", "A b (c) d (e) f"),
        Example("東京（{{x}}）だ", "東京だ"),
        Example("f() and g({{x}})", "f() and g"),
        Example("{{as of|2012}} {{frac|1|2}} {{frac|3|1|4}} {{chem|H|2|O}} {{val|1.5|u=m}} {{nihongo|T|東|Tō}}", "As of 2012 1/2 3 1/4 H2O 1.5 m T (東, Tō)"),
        Example("{{birth date|1970|1|2}} {{circa|1500}} {{USS|Road}}", "1970-01-02 c. 1500 USS Road"),
        Example("a{{snd}}b{{mdash}}c", "a – b—c"),
        Example("{{quote|\n* one\n* two\n}}", "one\ntwo"),
        Example("{{#if:{{{x|}}}|yes|no}} A {{#invoke:Foo|bar}}B {{{1|default}}} {{CURRENTYEAR}}", "A B default"),
        Example("{{{{{x}}}|y}} {{{a}}} b", "b"),
        Example("Intro.\n\n{{Infobox\n| a = b\n\n'''Subject'''.\n\n== H ==\nBody.", "Intro.\n\nSubject.\n\nH\n\nBody."),
        Example("{{a\n== H ==\nBody }} ends", "H\n\nBody ends"),
        Example("a {{Template:nowrap|b}} {{_nowrap_|c}} {{NOWRAP|d}}", "a b c d"),
        Example("{{nowrap|a|b=c}} {{nowrap|1=a=b}} {{plainlist|\n* a\n* b\n}}c", "a a=b\na\nb\nc"),
        Example("a}} b {c} {{}} d", "a b {c} d"),
        Example("word{{sfn|A|2000}}. {{efn|b}}, Next", "word., Next"),
    ]

    static let referencesExamples = [
        Example("One.<ref>S, {{cite|t=T}}</ref> Two<ref name=\"a\"/> three<ref name=b >x</ref >.<references/>", "One. Two three."),
        Example("A.<ref>open\n\nB.<ref>ok</ref> C.", "A.\n\nB. C."),
        Example("A<ref name=\"x>y\">z</ref>B<ref name=foo/ >C", "ABC"),
        Example("A<ref>a<nowiki>b</nowiki></ref>B", "AB"),
        Example("A</ref> B", "A B"),
    ]

    static let tablesExamples = [
        Example("A.\n{| class=x\n|+ Cap\n! H1 !! H2\n|-\n| a || b\n|}\nB.", "A.\n\nB."),
        Example("A.\n:{|\n| a\n{|\n| b\n|}\n|}\nB.", "A.\n\nB."),
        Example("A.\n{|\n| a\n{{end}}\nB.", "A.\n\nB."),
        Example("A.\n{|\n| a\n\nB.\n== H ==\nC.", "A.\n\nB.\n\nH\n\nC."),
        Example("A.\n| stray || row\n|-\n|}\nB.", "A.\nB."),
        Example("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>B.", "B."),
        Example("{{a|\n{|\n| {{b}}\n|}\n}}B.", "B."),
    ]

    static let tagsExamples = [
        Example("A <!-- x {{y -->B.<!--\n\nm\n-->\nC.<!-- open D", "A B.\nC."),
        Example("a\n<!-- alone -->\nb", "a\nb"),
        Example("<nowiki>[[l]] ''q'' {{x}} <!-- c --> &amp;</nowiki> here<nowiki/>.", "[[l]] ''q'' {{x}} <!-- c --> & here."),
        Example("<code>if</code> <pre>a\nb</pre> <syntaxhighlight lang=c>int a[3] = {{1}};</syntaxhighlight>c", "if c"),
        Example("<math>x</math> <math>\\alpha</math> <math>\\frac{a}{b}</math>, c", "x α, c"),
        Example("AT&amp;T&nbsp;B &lt;tag&gt; &ndash; &#8212; &#x41; &eacute; &unknown; a&shy;b", "AT&T B <tag> – — A é &unknown; ab"),
        Example("a<br>b<BR clear=all/>c  H<sub>2</sub>O <div>d</div><p>p</p>", "a b c H2O\n\nd\n\np"),
        Example("a < b, 3<5 <3; <span style=\"a>b\">x</span></b></center>", "a < b, 3<5 <3; x"),
        Example("<poem>\none\ntwo\n</poem>", "one\ntwo"),
        Example("<ruby><rb>漢</rb><rp>(</rp><rt>か</rt><rp>)</rp></ruby>字", "漢字"),
        Example("a --> b", "a b"),
    ]

    static let blocksExamples = [
        Example("== H1 ==\nText.\n=== ''Sub'' [[l]] === <!-- c -->\nMore.\n== Empty ==\n{{reflist}}\n== End ==", "H1\n\nText.\n\nSub l\n\nMore."),
        Example("== A ==\n=== B ===\nText.", "A\n\nB\n\nText."),
        Example("==Bad= heading", "==Bad= heading"),
        Example("I:\n* one\n** two\n# three\n; term : def\n: four\n*\n* {{x}}\nEnd.", "I:\none\ntwo\nthree\nterm: def\nfour\nEnd."),
        Example(" pre\n----\nEnd", "pre\n\nEnd"),
        Example("__NOTOC__ Text. __목차__ __init__", "Text. __init__"),
        Example("a\n\n\n\nb\n{{x}}\nc", "a\n\nb\nc"),
    ]

    static let scriptsExamples = [
        Example("A\u{200B}B\u{FEFF}C\u{AD}D\u{2028}E\u{200E}", "ABCD E"),
        Example("Cafe\u{301} &#769; \u{1112}\u{1161}\u{11AB} \u{212B} \u{958}", "Caf\u{E9} \u{D55C} \u{C5} \u{915}\u{93C}"),
        Example("می\u{200C}خواهم &zwnj; a", "می\u{200C}خواهم a"),
        Example("a\u{A0}b\u{2009}c \t d", "a b c d"),
    ]

    @Test("Text in italics and bold", arguments: quotesExamples)
    func quotes(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Links and addresses", arguments: linksExamples)
    func links(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Pictures", arguments: filesExamples)
    func files(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Templates", arguments: templatesExamples)
    func templates(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("References", arguments: referencesExamples)
    func references(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Tables", arguments: tablesExamples)
    func tables(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Tags, comments and character references", arguments: tagsExamples)
    func tags(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Headings, lists, paragraphs", arguments: blocksExamples)
    func blocks(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }

    @Test("Forms of characters, and those that do not show", arguments: scriptsExamples)
    func scripts(_ example: Example) { #expect(example.holds(), "\(plain(example.wikitext).debugDescription)") }
}
