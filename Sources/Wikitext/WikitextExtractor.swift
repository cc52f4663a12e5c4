/// What remains of a page.
public struct PlainText: Sendable, Equatable {
    /// UTF-8 in composed form: paragraphs parted by blank lines; headings, items and lines of verse on their own.
    public var text: [UInt8] = []
    /// Where the text has what was no wikitext on the page: `nowiki`, code, and characters written as references.
    public var literals: [Range<Int>] = []
    /// Whether the page only leads to another.
    public var isRedirect = false
    /// Whether it lists the meanings of a word.
    public var isDisambiguation = false
    /// Brackets that were nested too deeply to follow.
    public var overflows = 0
}

/// Turns wikitext into plain text, in time linear in its length whatever it holds, without recursion.
///
/// It reads a page three times: marks what is not text, each opening bracket with its partner; writes what shows; tidies
/// the lines. It needs no other page: templates show what a table says of their arguments, or nothing.
public struct WikitextExtractor: Sendable {
    public let options: WikitextOptions
    private let site: SiteNames
    // Kept for their memory.
    private var marks: [Mark] = []
    private var rendered: [UInt8] = []

    /// - Parameters:
    ///   - language: the code of the wiki's language, as `xml:lang` of a dump has it.
    ///   - namespaces: the names of namespaces by number, as siteinfo of a dump has them.
    public init(language: String, namespaces: [Int: String] = [:], options: WikitextOptions = WikitextOptions()) {
        site = SiteNames(language: language, namespaces: namespaces)
        var options = options
        if options.variants.isEmpty { options.variants = defaultVariants[language] ?? [] }
        self.options = options
    }

    /// The text of a page.
    ///
    /// - Parameter source: UTF-8 without control characters, as XML guarantees; others are taken for white space.
    public mutating func text(of source: Span<UInt8>, title: String = "") -> PlainText {
        if isRedirect(source) { return PlainText(isRedirect: true) }
        let clean = withoutComments(source)
        return clean.map { convert($0.span, title) } ?? convert(source, title)
    }

    private mutating func convert(_ source: Span<UInt8>, _ title: String) -> PlainText {
        var scanner = MarkScanner(source, site, marksCells: options.tables, reusing: marks)
        scanner.scan()
        marks = []
        var renderer = Renderer(source, scanner.marks, site: site, options: options, title: Array(title.utf8), reusing: rendered)
        rendered = []
        renderer.render()
        var assembler = TextAssembler(reusing: [])
        assembler.assemble(renderer.output.span)
        let overflows = scanner.overflows
        (rendered, marks) = (renderer.output, scanner.marks)
        return PlainText(
            text: assembler.text, literals: assembler.literals, isDisambiguation: renderer.isDisambiguation, overflows: overflows)
    }
}

/// Whether a page begins as redirects do in any language: `#`, a word, and a link.
private func isRedirect(_ source: Span<UInt8>) -> Bool {
    var at = 0
    while at < source.count, isWhite(source[at]) { at += 1 }
    guard at < source.count, source[at] == UInt8(ascii: "#") else { return false }
    let start = at + 1
    var end = start
    while end < source.count, end - start < 64, source[end] > 0x20, source[end] != UInt8(ascii: "["), source[end] != UInt8(ascii: ":") { end += 1 }
    guard end > start else { return false }
    let name = NameKey(source, start..<end)
    while end < source.count, isWhite(source[end]) || source[end] == UInt8(ascii: ":") { end += 1 }
    return source.has("[[", at: end) && redirectWords.contains(name)
}

private let redirectWords = keys(
    "redirect,weiterleitung,redirection,redirección,redireccion,rinvia,rinvio,redirecionamento,redirecionar,doorverwijzing,patrz,przekieruj,przekierowanie,tam,přesměruj,"
        + "omdirigering,omdiriger,ohjaus,uudelleenohjaus,átirányítás,redirectare,преусмери,преусмеравање,перенаправление,перенапр,перенаправлення,перанакіраванне,пренасочване,виж,"
        + "ανακατευθυνση,ανακατεύθυνση,yönlendirme,yönlendi̇rme,yönlendir,վերահղում,転送,リダイレクト,넘겨주기,重定向,تحويل,تغییر_مسیر,تغییرمسیر,تغییر مسیر,पुनर्प्रेषित,अनुप्रेषित,पुनर्निर्देशन,"
        + "পুনর্নির্দেশ,পুননির্দেশ,பக்கமாற்றை,வழிமாற்று,เปลี่ยนทาง,đổi,alih,redirecció,birzuzendu,birbideratu,suuna,peradresavimas,pāradresācija,presmeruj,tilvísun,הפניה,"
        + "айдау,yönləndi̇rmə,istiqamətləndirmə,გადამისამართება,preusmeritev,preusmjeri,ridirijo,aanstuur,athsheoladh,ail-cyfeirio,alidirektu,cuir,перенасочување,ўзгартириш")

/// Which variants to show, by a wiki's language.
private let defaultVariants: [String: [String]] = [
    "zh": ["zh-cn", "zh-hans", "zh-hant", "zh-tw"], "sr": ["sr-ec", "sr-el"], "kk": ["kk-cyrl", "kk-kz"], "ku": ["ku-latn"], "uz": ["uz-latn"],
    "crh": ["crh-latn"], "iu": ["ike-cans"], "gan": ["gan-hans"], "tg": ["tg-cyrl"],
]
