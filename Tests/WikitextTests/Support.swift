import Testing
import Wikitext

/// The text of a page of a wiki in a language.
func plain(_ wikitext: String, language: String = "en", namespaces: [Int: String] = [:], options: WikitextOptions = WikitextOptions()) -> String {
    var extractor = WikitextExtractor(language: language, namespaces: namespaces, options: options)
    return String(decoding: extractor.text(of: Array(wikitext.utf8).span).text, as: UTF8.self)
}

/// Wikitext and what is to remain of it; compared byte by byte, as Swift takes other forms of a character for the same.
struct Example: Sendable, CustomTestStringConvertible {
    var wikitext: String
    var text: String
    var testDescription: String { wikitext }

    init(_ wikitext: String, _ text: String) { (self.wikitext, self.text) = (wikitext, text) }

    func holds(language: String = "en", options: WikitextOptions = WikitextOptions()) -> Bool {
        Array(plain(wikitext, language: language, options: options).utf8) == Array(text.utf8)
    }
}
