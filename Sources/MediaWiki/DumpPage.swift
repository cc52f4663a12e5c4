/// A page of a wiki, in its latest revision of the dump.
public struct DumpPage: Sendable, Equatable {
    public var id = 0
    public var title = ""
    /// 0 holds articles.
    public var namespace = 0
    /// The title of the page that this one leads to.
    public var redirect: String?
    /// What kind of content it is, such as `wikitext`; empty where the dump does not say, which means that.
    public var model = ""
    /// UTF-8, exactly as the page's author wrote it.
    public var text: [UInt8] = []

    public init() {}
}

/// What a dump says of its wiki.
public struct SiteInfo: Sendable, Equatable {
    public var name = ""
    public var database = ""
    /// The code of the language; empty where the dump does not say.
    public var language = ""
    /// Names of namespaces by number; that of articles is empty.
    public var namespaces: [Int: String] = [:]
    /// Of the export format, such as `0.11`.
    public var version = ""

    public init() {}

    /// The namespace that a title's prefix says, for dumps that do not tell it.
    func namespace(of title: String) -> Int {
        guard let colon = title.firstIndex(of: ":") else { return 0 }
        let prefix = title[..<colon].lowercased()
        return namespaces.first { $0.value.lowercased() == prefix }?.key ?? canonicalNamespaces[prefix] ?? 0
    }
}

private let canonicalNamespaces = [
    "media": -2, "special": -1, "talk": 1, "user": 2, "user talk": 3, "project": 4, "wikipedia": 4, "project talk": 5, "wikipedia talk": 5, "file": 6,
    "image": 6, "file talk": 7, "image talk": 7, "mediawiki": 8, "mediawiki talk": 9, "template": 10, "template talk": 11, "help": 12, "help talk": 13,
    "category": 14, "category talk": 15, "portal": 100, "portal talk": 101, "module": 828, "module talk": 829,
]
