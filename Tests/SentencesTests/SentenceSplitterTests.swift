import Foundation
import Sentences
import Testing

/// Sentences with a bar between them: the text is split at each bar and nowhere else.
struct Example: Sendable, CustomTestStringConvertible {
    var language: String?
    var parts: String
    var testDescription: String { parts }

    init(_ language: String?, _ parts: String) { (self.language, self.parts) = (language, parts) }

    var expected: [String] { parts.split(separator: "|").map(String.init) }

    func split(longest: Int = 4096) -> [String] {
        let text = Array(parts.replacing("|", with: "").utf8)
        return SentenceSplitter(language: language, longest: longest).ranges(in: text.span).map { String(decoding: text[$0], as: UTF8.self) }
    }
}

@Suite struct SentenceSplitterTests {
    static let examples = [
        Example("en", "The road is closed.| It opens on Monday.| Is it?| Yes!| Good"),
        Example("en", "Dr. Smith and Mr. J. R. Jones met in St. Albans on Jan. 5 at 3 p.m. sharp.| They left."),
        Example("en", "He lives in the U.S. Navy Yard.| She moved to the U.S.| The house was sold."),
        Example("en", "It measures 3.14 m, i.e. more than e.g. Fig. 2 shows.| See example.com for more."),
        Example("en", "\"Is it true?\" he asked.| \"It is.\"| (Nobody knew.)| So it went."),
        Example("en", "Prices rose ... and fell.| What?!| Really…| Then came 1990.| The war ended in 1945."),
        Example("en", "He said (it was late!) and left.| Ford Motor Co. Ltd. closed."),
        Example("en", "No. 5 is alive.| Vol. 3, pp. 12 ff. was lost."),
        Example("de", "Am 3. Oktober kam z. B. Hr. Meier, d.h. der 1. Vorsitzende.| Er ging um 5 Uhr."),
        Example("de", "Das war im Jahr 1989.| Die Mauer fiel."),
        Example("fr", "M. Dupont et Mme. Durand arrivent.| Ils partent le 5 janv. 1900.| Quoi ?| Rien !"),
        Example("ru", "В 1900 г. А. С. Иванов жил на ул. Ленина, т. е. в центре.| Потом он уехал."),
        Example("uk", "Народився 1900 р. у м. Київ.| Помер у Львові."),
        Example("ja", "これは道路です。|閉まっています！|「本当？」|はい。"),
        Example("zh", "道路封闭。|为什么？|因为下雨了。"),
        Example("bn", "রাস্তা বন্ধ।| কাল খুলবে।| কেন?| বৃষ্টি হয়েছে।"),
        Example("hi", "सड़क बंद है।| कल खुलेगी॥| क्यों?"),
        Example("hy", "Ճանապարհը փակ է։| Վաղը կբացվի։"),
        Example("ar", "الطريق مغلق.| لماذا؟| لأنها تمطر."),
        Example("ur", "سڑک بند ہے۔| کل کھلے گی۔"),
        Example("am", "መንገዱ ተዘግቷል።| ነገ ይከፈታል።"),
        Example(nil, "Il sig. Rossi arriva.| El Sr. García también.| Итого 5 тыс. Рублей нет."),
        Example("en", "A line\n|and another.\n|Third"),
        Example("en", "1. First of all.| Second."),
    ]

    @Test("Sentences end where they do", arguments: examples)
    func sentences(_ example: Example) {
        let expected = example.expected.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        #expect(example.split() == expected)
    }

    @Test("What has no marks is cut, at commas and spaces if it can be")
    func cuts() {
        let words = String(repeating: "word, word word ", count: 40)
        let parts = Example("en", words).split(longest: 100)
        #expect(parts.allSatisfy { $0.utf8.count <= 100 })
        #expect(parts.joined(separator: " ") == words.dropLast())
        let solid = Example("ja", String(repeating: "道", count: 1000)).split(longest: 100)
        #expect(solid.allSatisfy { $0.utf8.count <= 100 && $0.utf8.count % 3 == 0 })
        #expect(solid.joined().utf8.count == 3000)
    }

    @Test("Ranges are in order, and leave only white space out, whatever the bytes")
    func bytes() {
        var generator = SystemRandomNumberGenerator()
        let pieces = [". ", "! ", "? ", "U.S. ", "a", "A", "\"", "(", ")", "。", "।", "\n", "…", "Dr", " ", "\u{3000}", "\u{A0}", "1", "\u{FF}"]
        for _ in 0..<5_000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...30, using: &generator) {
                if Int.random(in: 0..<8, using: &generator) == 0 { text.append(UInt8.random(in: 0...255, using: &generator)) }
                text += Array(pieces.randomElement(using: &generator)!.utf8)
            }
            let ranges = SentenceSplitter(longest: 64).ranges(in: text.span)
            var last = 0
            for range in ranges {
                #expect(range.lowerBound >= last && !range.isEmpty)
                let between = String(decoding: text[last..<range.lowerBound], as: UTF8.self)
                #expect(between.allSatisfy { $0.isWhitespace }, "\(text)")
                last = range.upperBound
            }
        }
    }

    @Test("Time is linear in the length", .timeLimit(.minutes(1)), arguments: [". ", "(", "\"", "A. ", "a.", "...", "。", "No. "])
    func time(_ piece: String) {
        let text = Array(String(repeating: piece, count: 1_000_000).utf8)
        #expect(SentenceSplitter().ranges(in: text.span).count > 0)
    }
}
