/// The tags that MediaWiki and its extensions know; what looks like another is text.
enum Tag: UInt8, CaseIterable {
    // Content that is not wikitext, or not of the text.
    case nowiki, pre, math, chem, ce, ref, references, gallery, syntaxhighlight, source, timeline, score, graph, mapframe, maplink
    case imagemap, templatestyles, section, hiero, categorytree, inputbox, templatedata, indicator, charinsert, quiz, includeonly
    case languages, dynamicpagelist, phonos, tvar, listing, musical, rss, templatebox, chart
    // HTML, and pairs around wikitext.
    case abbr, b, bdi, bdo, big, blockquote, br, caption, center, cite, code, data, dd, del, dfn, div, dl, dt, em, font
    case h1, h2, h3, h4, h5, h6, hr, i, img, ins, kbd, li, mark, meta, link, nobr, noinclude, ol, onlyinclude, p, poem, q
    case rb, rbc, rp, rt, rtc, ruby, s, samp, small, span, strike, strong, sub, sup, table, tbody, td, tfoot, th, thead
    case time, tr, translate, tt, u, ul, v, wbr, langconvert, colgroup, col, noparse

    /// Everything up to the closing tag is skipped or copied, not parsed.
    var isOpaque: Bool { rawValue <= Tag.chart.rawValue }

    /// Without a closing tag in HTML.
    var isVoid: Bool {
        switch self {
        case .br, .hr, .wbr, .img, .meta, .link, .col: true
        default: false
        }
    }

    /// What its tags part text into.
    var flow: Flow {
        switch self {
        case .div, .p, .blockquote, .center, .poem, .h1, .h2, .h3, .h4, .h5, .h6, .hr, .ul, .ol, .dl, .caption, .table: .block
        case .li, .dd, .dt, .tr: .line
        case .br, .td, .th: .space
        default: .inline
        }
    }

    enum Flow { case inline, space, line, block }

    /// Tags by their names in lower case, packed into a word and a half.
    static let byName: [TagName: Tag] = Dictionary(
        uniqueKeysWithValues: allCases.map { tag in (TagName(Array("\(tag)".utf8).span, from: 0)!.name, tag) })
}

/// The name of a tag, of up to 16 letters and digits in lower case.
struct TagName: Hashable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0

    /// - Returns: the name at a place and where it ends, or `nil` if there is none, or none so short.
    init?(_ name: Span<UInt8>, from start: Int, end: inout Int) {
        var at = start
        while at < name.count {
            var byte = name[at]
            if byte &- UInt8(ascii: "A") < 26 { byte |= 0x20 }
            guard byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 else { break }
            let index = at - start
            guard index < 16 else { return nil }
            if index < 8 { low |= UInt64(byte) &<< UInt64(8 * index) } else { high |= UInt64(byte) &<< UInt64(8 * (index - 8)) }
            at += 1
        }
        guard at > start else { return nil }
        end = at
    }

    init?(_ name: Span<UInt8>, from start: Int) {
        var end = 0
        self.init(name, from: start, end: &end)
    }

    /// For the table, whose names are all short enough.
    fileprivate var name: TagName { self }
}
