public import Wikitext

/// What of a dump becomes text.
public struct WikipediaOptions: Sendable, Equatable {
    /// Numbers of the namespaces that are read; 0 holds articles.
    public var namespaces: Set<Int> = [0]
    public var wikitext = WikitextOptions()
    /// Whether pages that list the meanings of a word stay.
    public var keepsDisambiguations = true
    /// The wiki's language, where the dump does not say it, or not rightly.
    public var language: String?
    /// Documents with less bytes of text are left out.
    public var minimumBytes = 1

    public init() {}
}

extension WikipediaOptions {
    /// All that decides the text, by name.
    var inputs: [(String, String)] {
        [
            ("namespaces", namespaces.sorted().map(String.init).joined(separator: ",")), ("language", language ?? "as the dump says"),
            ("minimumBytes", "\(minimumBytes)"), ("disambiguations", "\(keepsDisambiguations)"), ("captions", "\(wikitext.captions)"),
            ("tables", "\(wikitext.tables)"), ("math", "\(wikitext.math)"), ("code", "\(wikitext.code)"),
            ("variants", wikitext.variants.joined(separator: ",")),
        ]
    }
}
