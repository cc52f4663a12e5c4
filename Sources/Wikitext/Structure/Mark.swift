/// Something in the source that is not plain text: where it stands, and what it belongs to.
struct Mark {
    enum Kind: UInt8 {
        /// A place kept for a brace that came to nothing.
        case void
        case templateOpen, templateClose
        case parameterOpen, parameterClose
        case linkOpen, linkClose
        case externalOpen, externalClose
        case tableOpen, tableClose
        case variantOpen, variantClose
        case headingOpen, headingClose
        /// A tag whose content is not wikitext; all of the content stands between its two marks.
        case opaqueOpen, opaqueClose
        /// Any other tag.
        case tag
        case pipe
        /// A line end with the marks that begin the next line.
        case newline
        case entity
        /// One that begins something elsewhere, and is text here.
        case character
        /// Two apostrophes or more.
        case quotes
        /// Text that never shows: addresses, switches, brackets without a partner.
        case dropped
    }

    /// Bytes of the source.
    var start: Int32
    var end: Int32
    /// The index of the mark that ends what this one begins, or the other way round; -1 if there is none.
    var partner: Int32 = -1
    var kind: Kind
    /// Of a newline a `LineKind`, of a tag its number and whether it ends something, of a heading its level, of a pipe
    /// whether it stands outside all brackets.
    var detail: UInt8 = 0

    init(_ kind: Kind, _ start: Int, _ end: Int, detail: UInt8 = 0) {
        (self.start, self.end) = (Int32(truncatingIfNeeded: start), Int32(truncatingIfNeeded: end))
        (self.kind, self.detail) = (kind, detail)
    }

    /// Whether a part of the text lies between this mark and its partner.
    var opens: Bool {
        switch kind {
        case .templateOpen, .parameterOpen, .linkOpen, .externalOpen, .tableOpen, .variantOpen, .headingOpen, .opaqueOpen:
            partner >= 0
        default: false
        }
    }
}

/// How a line begins.
enum LineKind: UInt8 {
    case text, blank, item, term, rule
    /// A row or a cell without a table around it.
    case row
}
