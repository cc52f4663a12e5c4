/// A mark that may end a sentence.
struct Mark {
    /// In bytes.
    var size: Int
    /// Whether it does so wherever it stands.
    var isFirm: Bool
    var isFullStop: Bool

    init?(_ text: Span<UInt8>, _ at: Int) {
        guard at < text.count else { return nil }
        switch text[at] {
        case UInt8(ascii: "."): (size, isFirm, isFullStop) = (1, false, true)
        case UInt8(ascii: "!"), UInt8(ascii: "?"): (size, isFirm, isFullStop) = (1, false, false)
        default:
            let (scalar, size) = scalar(text, at)
            switch scalar {
            // The full stops of Chinese and Japanese, of full width and half.
            case 0x3002, 0xFF01, 0xFF1F, 0xFF0E, 0xFF61: (self.size, isFirm, isFullStop) = (size, true, false)
            // Danda and double danda, and full stops of Arabic, Ethiopic, Myanmar, Khmer, Armenian.
            case 0x964, 0x965, 0x6D4, 0x1362, 0x104B, 0x17D4, 0x589: (self.size, isFirm, isFullStop) = (size, true, false)
            // Question marks of Arabic, Ethiopic, and two together.
            case 0x61F, 0x1367, 0x203C, 0x2047...0x2049: (self.size, isFirm, isFullStop) = (size, false, false)
            // An ellipsis, and the shad of Tibetan: before a space only.
            case 0x2026, 0xF0D: (self.size, isFirm, isFullStop) = (size, false, false)
            default: return nil
            }
        }
    }
}

/// Whether a mark, or a line end, may begin with a byte.
@inline(__always)
func isCandidate(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x0A, UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "?"), 0xD6, 0xD8, 0xDB, 0xE0, 0xE1, 0xE2, 0xE3, 0xEF: true
    default: false
    }
}

/// Past brackets and quotation marks that close.
func pastClosers(_ text: Span<UInt8>, _ start: Int) -> Int {
    var at = start
    while at < text.count {
        let (scalar, size) = scalar(text, at)
        switch scalar {
        case 0x22, 0x27, 0x29, 0x5D, 0x7D, 0xBB, 0x2019, 0x201D, 0x203A, 0x300D, 0x300F, 0x3011, 0x3009, 0x300B, 0x3015, 0xFF09, 0xFF3D, 0xFF5D: at += size
        default: return at
        }
    }
    return at
}

/// The first letter or digit of what follows, past white space and what opens quotations and brackets.
func firstLetter(_ text: Span<UInt8>, from start: Int) -> (start: Int, isLowercase: Bool)? {
    var at = start
    while at < text.count {
        let (scalar, size) = scalar(text, at)
        switch scalar {
        case 0x0A: return nil
        case 0x09, 0x20, 0xA0, 0x3000, 0x22, 0x27, 0x28, 0x5B, 0xAB, 0xBF, 0xA1, 0x2018, 0x201C, 0x201E, 0x2039, 0x2013, 0x2014, 0x2D, 0x300C, 0x300E, 0xFF08: at += size
        default: return (at, Unicode.Scalar(scalar)?.properties.isLowercase ?? false)
        }
    }
    return nil
}

/// Where the word before a place begins: behind white space, an opening bracket or a quotation mark.
func wordStart(_ text: Span<UInt8>, before end: Int, limit: Int) -> Int {
    var at = end
    // Longer ones are no abbreviations.
    while at > limit, end - at < 32 {
        let byte = text[at - 1]
        if isSpace(byte) || byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "-") { break }
        if at - limit > 1, byte == 0xA0, text[at - 2] == 0xC2 { break }
        at -= 1
    }
    return at
}

func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

/// White space of ASCII, the no-break space and the ideographic space.
func isWhite(_ text: Span<UInt8>, _ at: Int) -> Bool { whiteSize(text, at) > 0 }

func whiteSize(_ text: Span<UInt8>, _ at: Int) -> Int {
    if isSpace(text[at]) { return 1 }
    let (scalar, size) = scalar(text, at)
    return scalar == 0xA0 || scalar == 0x3000 ? size : 0
}

/// The character at a place, and its bytes; a byte that begins none stands for itself.
@inline(__always)
func scalar(_ text: Span<UInt8>, _ at: Int) -> (UInt32, Int) {
    let lead = UInt32(text[at])
    guard lead < 0x80 || lead >= 0xC0 else { return (0xFFFD, 1) }
    let size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    guard at + size <= text.count, (1..<size).allSatisfy({ text[at + $0] & 0xC0 == 0x80 }) else { return (0xFFFD, 1) }
    func bits(_ offset: Int) -> UInt32 { UInt32(text[at + offset]) & 0x3F }
    return switch size {
    case 1: (lead, 1)
    case 2: ((lead & 0x1F) << 6 | bits(1), 2)
    case 3: ((lead & 0x0F) << 12 | bits(1) << 6 | bits(2), 3)
    default: ((lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3), 4)
    }
}
