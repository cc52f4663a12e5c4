/// A template that is called: its rule, and where the argument begins that a function has behind its colon.
struct TemplateCall: Equatable {
    var rule: TemplateRule
    var argumentStart: Int?
}

/// Rules by the names of templates.
struct TemplateNames: Sendable {
    private let rules: [NameKey: TemplateRule]
    private let prefixes: Set<NameKey>

    /// - Parameter namespaces: what the namespace of templates is called.
    init(namespaces: [String]) {
        rules = templateRules
        prefixes = Set(namespaces.map { NameKey($0.utf8) }).union(templateNames.split(separator: ",").map { NameKey($0.utf8) })
            .union(["subst", "safesubst", "msg", "msgnw"].map { NameKey($0.utf8) })
    }

    func rule(of source: Span<UInt8>, _ name: Range<Int>) -> TemplateRule? { call(source, name)?.rule }

    /// - Returns: nil for templates that nothing is known of.
    func call(_ source: Span<UInt8>, _ name: Range<Int>) -> TemplateCall? {
        var name = source.trimmed(name)
        while true {
            guard !name.isEmpty, source[name.lowerBound] != UInt8(ascii: "#") else { return nil }
            if name.count <= 48, let rule = rules[NameKey(source, name)] { return TemplateCall(rule: rule) }
            let colon = source.extracting(name).next(UInt8(ascii: ":"), from: 0) + name.lowerBound
            guard colon < name.upperBound, colon - name.lowerBound < 32 else { break }
            let prefix = NameKey(source, source.trimmed(name.lowerBound..<colon))
            if let rule = functionRules[prefix] { return TemplateCall(rule: rule, argumentStart: colon + 1) }
            guard prefix.isEmpty || prefixes.contains(prefix) else { return nil }
            name = source.trimmed(colon + 1..<name.upperBound)
        }
        return name.count <= 48 ? family(NameKey(source, name)).map { TemplateCall(rule: $0) } : nil
    }

    /// Templates of which there is one for each language.
    private func family(_ name: NameKey) -> TemplateRule? {
        for prefix in ["lang-", "мова-", "langue-", "lang ", "vol-"] where name.hasPrefix(prefix) { return .show(1) }
        if name.hasPrefix("zitat-") { return .block(1) }
        return name.hasPrefix("ipa-") ? .last : nil
    }
}

/// Parser functions that show their first argument.
private let functionRules: [NameKey: TemplateRule] = {
    var rules: [NameKey: TemplateRule] = [NameKey("formatnum".utf8): .number]
    for name in ["lc", "uc", "lcfirst", "ucfirst", "padleft", "padright", "plural", "grammar", "gender"] { rules[NameKey(name.utf8)] = .show(1) }
    return rules
}()

/// Names of arguments that hold the text of a template, its label, the unit of a number.
let textNames = keys("text,quote,content,1,текст,цитата,zitat,texte,citation,testo,cita,texto,citat,cytat,tekst,szöveg,metin,տեքստ,উক্তি,引用,内容,title")
let labelNames = keys("lt,display,label,text,2")
let unitNames = keys("u,ul,up,upl")

func keys(_ names: String) -> Set<NameKey> { Set(names.split(separator: ",").map { NameKey($0.utf8) }) }
