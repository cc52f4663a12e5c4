import Foundation
import Testing
import Wikitext

/// Pages that make tools slow: a time that grows with the square of their length would not end within the limit.
@Suite struct PathologicalTests {
    static let inputs: [(name: String, page: @Sendable (Int) -> String)] = [
        ("{{a|", { String(repeating: "{{a|", count: $0) }),
        ("{{a| }}", { String(repeating: "{{a|", count: $0) + String(repeating: "}}", count: $0) }),
        ("{{quote| }}", { String(repeating: "{{quote|", count: $0) + "x" + String(repeating: "}}", count: $0) }),
        ("{{quote|x}}", { String(repeating: "{{quote|x", count: 90) + String(repeating: "y|", count: $0) + String(repeating: "}}", count: 90) }),
        ("[[a|", { String(repeating: "[[a|", count: $0) }),
        ("[[File:a|thumb| ]]", { String(repeating: "[[File:a|thumb|", count: $0) + String(repeating: "]]", count: $0) }),
        ("<div>", { String(repeating: "<div>", count: $0) }),
        ("<table>", { String(repeating: "<table>", count: $0) + "</table>" }),
        ("<ref>a ", { String(repeating: "<ref>a ", count: $0) }),
        ("<ref name=\"a\" ", { String(repeating: "<ref name=\"a\" ", count: $0) }),
        ("<math>", { String(repeating: "<math><pre>", count: $0) }),
        ("{|\n|a\n", { String(repeating: "{|\n|a\n", count: $0) }),
        ("''a'''b ", { String(repeating: "''a'''b ", count: $0) }),
        ("<!-- a ", { String(repeating: "<!-- a ", count: $0) }),
        ("[http://a ", { String(repeating: "[http://a ", count: $0) }),
        ("< ", { String(repeating: "< ", count: $0) }),
        ("=", { String(repeating: "=", count: $0) }),
        ("= =\n", { String(repeating: "=a=\n", count: $0) }),
        ("{ x }", { String(repeating: "{", count: $0) + "x" + String(repeating: "}", count: $0) }),
        ("[ x ]", { String(repeating: "[", count: $0) + "x" + String(repeating: "]", count: $0) }),
        ("}}", { String(repeating: "}}]]", count: $0) }),
        ("|", { "{{a" + String(repeating: "|", count: $0) + "}}" }),
        ("( )", { String(repeating: "( ", count: $0) + String(repeating: ") ", count: $0) }),
        ("*", { String(repeating: "*\n", count: $0) + String(repeating: "*", count: $0) }),
        ("a\u{301}", { "a" + String(repeating: "\u{301}\u{323}", count: $0) }),
        ("&", { String(repeating: "&amp", count: $0) }),
        ("__", { String(repeating: "__A", count: $0) }),
        (":", { String(repeating: "http:", count: $0) }),
        ("<rt>", { String(repeating: "<rt>", count: $0) }),
        ("-{", { String(repeating: "-{a;", count: $0) }),
        ("\n", { String(repeating: "\n {{a\n\n", count: $0) }),
    ]

    /// LIMBECK_LONG: a million repeats, with the times printed.
    private static let count = ProcessInfo.processInfo.environment["LIMBECK_LONG"] == nil ? 32_000 : 1_000_000

    @Test("Time is linear in the length", .timeLimit(.minutes(2)), arguments: inputs.indices)
    func time(_ index: Int) {
        let input = Self.inputs[index]
        var extractor = WikitextExtractor(language: "zh")
        var seconds: [Double] = []
        for count in [Self.count / 8, Self.count] {
            let page = Array(input.page(count).utf8)
            let start = ContinuousClock.now
            let text = extractor.text(of: page.span)
            seconds.append((ContinuousClock.now - start) / .seconds(1))
            #expect(text.text.count <= page.count + 16)
        }
        if Self.count > 32_000 { print("\(input.name.debugDescription): \(seconds[1]) s, \(seconds[1] / seconds[0]) times as long for 8 times the text") }
    }
}
