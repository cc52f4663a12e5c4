/// What names mean on a wiki: its namespaces, other wikis, and templates.
struct SiteNames: Sendable {
    enum Namespace: Sendable, Equatable {
        case file, category, template
        /// Another language of the same wiki: such a link belongs to the page, not to its text.
        case language
        /// A project beside it, or a namespace whose name shows.
        case project, other
    }

    private var namespaces: [NameKey: Namespace] = [:]
    let templates: TemplateNames
    let language: String
    let hasVariants: Bool

    /// - Parameters:
    ///   - language: the code of the wiki's language.
    ///   - namespaces: its names by number, as siteinfo lists them; canonical names and common aliases are known besides.
    init(language: String, namespaces: [Int: String]) {
        self.language = language
        let base = language.split(separator: "-").first.map(String.init) ?? language
        hasVariants = ["zh", "sr", "sh", "kk", "ku", "uz", "gan", "iu", "crh", "shi", "tg", "ban", "wuu", "tt", "zgh"].contains(base)
        templates = TemplateNames(namespaces: [namespaces[10] ?? "Template"])
        func add(_ names: some Sequence<some StringProtocol>, _ kind: Namespace) {
            for name in names { self.namespaces[NameKey(name.utf8)] = kind }
        }
        add(interlanguageCodes.split(separator: " "), .language)
        add(projectPrefixes.split(separator: " "), .project)
        add(fileNames.split(separator: ","), .file)
        add(categoryNames.split(separator: ","), .category)
        add(templateNames.split(separator: ","), .template)
        for (number, name) in namespaces where !name.isEmpty {
            let kind: Namespace =
                switch number {
                case 6, -2: .file
                case 14: .category
                case 10: .template
                default: .other
                }
            add([name], kind)
        }
    }

    /// The namespace that a link's target begins with, or that of another wiki.
    func namespace(of source: Span<UInt8>, from start: Int) -> Namespace? {
        namespaceAndEnd(of: source, from: start)?.namespace
    }

    func namespaceAndEnd(of source: Span<UInt8>, from start: Int) -> (namespace: Namespace, end: Int)? {
        var colon = start
        while colon < source.count, colon - start < 48, source[colon] != UInt8(ascii: ":") {
            switch source[colon] {
            case UInt8(ascii: "|"), UInt8(ascii: "]"), UInt8(ascii: "["), UInt8(ascii: "{"), newline: return nil
            default: colon += 1
            }
        }
        guard colon < source.count, source[colon] == UInt8(ascii: ":"), colon > start else { return nil }
        return namespaces[NameKey(source, source.trimmed(start..<colon))].map { ($0, colon + 1) }
    }

    func rule(of source: Span<UInt8>, _ name: Range<Int>) -> TemplateRule? { templates.rule(of: source, name) }
}
