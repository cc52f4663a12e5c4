import CUTF8Proc

/// What the tidying does with a character.
enum CharacterClass: UInt8 {
    case plain
    /// May go together with what stands before it when text is brought to the composed form.
    case composing
    /// Has another form then, or is a part of a syllable of Hangul.
    case decomposing
    case space
    /// Has no place in text: soft hyphens, marks of direction, spaces of no width.
    case invisible
    /// Joiners, which mean something within words only.
    case joiner
    case separator
    /// Ends a sentence; no space goes before it where something was left out.
    case terminal
    case open, close
    case marker
}

/// Classes of all characters, those of the basic plane in flat tables.
struct CharacterClasses: Sendable {
    private var classes = [CharacterClass](repeating: .plain, count: 0x1_0000)
    private var combiningClasses = [UInt8](repeating: 0, count: 0x1_0000)
    /// For a character that goes together with others before it, which these are: an index into `firsts`.
    private var firstsIndex = [UInt8](repeating: 0, count: 0x1_0000)
    private var firsts: [[UInt32]] = [[]]

    static let shared = CharacterClasses()

    private init() {
        for value in UInt32(0x80)..<0x1_0000 where !hasNoCompositions.contains(where: { $0.contains(value) }) { learn(value) }
        // Vowels and finals of Hangul, which compose by rule.
        for value in 0x1161...0x11C2 { classes[value] = .decomposing }
        set(1..<0x20, .marker)
        set([0x09, 0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F] + Array(0x2000...0x200A), .space)
        set([0xAD, 0x180E, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xFFFC] + Array(0x202A...0x202E) + Array(0x2066...0x2069), .invisible)
        set([0x200C, 0x200D], .joiner)
        set([0x2C, 0x3A, 0x3B, 0x60C, 0x61B, 0x3001, 0xFF0C, 0xFF1A, 0xFF1B], .separator)
        set([0x21, 0x2E, 0x3F, 0x589, 0x61F, 0x6D4, 0x964, 0x965, 0x3002, 0xFF01, 0xFF0E, 0xFF1F], .terminal)
        set([0x28, 0xFF08], .open)
        set([0x29, 0xFF09], .close)
    }

    private mutating func set(_ values: some Sequence<Int>, _ kind: CharacterClass) {
        for value in values { classes[value] = kind }
    }

    private mutating func learn(_ value: UInt32) {
        guard let scalar = Unicode.Scalar(value) else { return }
        let index = Int(value)
        combiningClasses[index] = UInt8(truncatingIfNeeded: Wikitext.combiningClass(value))
        let own = Array(String(scalar).utf8)
        guard composed(own) == own else { return classes[index] = .decomposing }
        if combiningClasses[index] != 0, classes[index] == .plain { classes[index] = .composing }
        guard let (first, second) = parts(value) else { return }
        if firstsIndex[Int(second)] == 0 {
            firstsIndex[Int(second)] = UInt8(firsts.count)
            firsts.append([])
        }
        firsts[Int(firstsIndex[Int(second)])].append(first)
        if classes[Int(second)] == .plain { classes[Int(second)] = .composing }
    }

    @inline(__always)
    subscript(scalar: UInt32) -> CharacterClass {
        if scalar < 0x1_0000 { return classes[Int(scalar)] }
        // Few are letters, and all that do something combine.
        return scalar < 0x2_0000 && Wikitext.combiningClass(scalar) != 0 || isDecomposing(scalar) ? .decomposing : .plain
    }

    func combiningClass(_ scalar: UInt32) -> Int32 {
        scalar < 0x1_0000 ? Int32(combiningClasses[Int(scalar)]) : Wikitext.combiningClass(scalar)
    }

    /// Whether a character of the basic plane composes with the one before it.
    func composes(_ scalar: UInt32, after before: UInt32) -> Bool {
        scalar >= 0x1_0000 || firsts[Int(firstsIndex[Int(scalar)])].contains(before)
    }
}

/// Ideographs and syllables of Hangul, which are the most.
private let hasNoCompositions: [Range<UInt32>] = [0x3400..<0xA000, 0xAC00..<0xD7A4, 0xD800..<0xF900]

/// Beyond the basic plane: musical signs, compatible ideographs, and vowels of a few scripts of India.
private func isDecomposing(_ scalar: UInt32) -> Bool {
    (0x2_F800..<0x2_FA20).contains(scalar) || (0x1_D15E..<0x1_D1C1).contains(scalar) || (0x1_1080..<0x1_1940).contains(scalar)
}

func combiningClass(_ scalar: UInt32) -> Int32 {
    unsafe Int32(utf8proc_get_property(utf8proc_int32_t(bitPattern: scalar)).pointee.combining_class)
}

/// UTF-8 in the canonical composed form (NFC, Unicode Standard Annex 15).
func composed(_ text: [UInt8]) -> [UInt8] {
    let options = utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue)
    return mapped(text, options)
}

/// The two characters that compose to one.
private func parts(_ value: UInt32) -> (first: UInt32, second: UInt32)? {
    var buffer = InlineArray<4, Int32>(repeating: 0)
    let count = unsafe withUnsafeMutableBytes(of: &buffer) { bytes in
        unsafe utf8proc_decompose_char(
            utf8proc_int32_t(bitPattern: value), bytes.baseAddress!.assumingMemoryBound(to: Int32.self), 4,
            utf8proc_option_t(UTF8PROC_STABLE.rawValue | UTF8PROC_DECOMPOSE.rawValue), nil)
    }
    // A character of three parts has a first of two.
    guard count > 1, count <= 4 else { return nil }
    let last = UInt32(bitPattern: buffer[count - 1])
    var scalars = String.UnicodeScalarView()
    for index in 0..<count - 1 { Unicode.Scalar(UInt32(bitPattern: buffer[index])).map { scalars.append($0) } }
    let first = String(decoding: composed(Array(String(scalars).utf8)), as: UTF8.self).unicodeScalars
    return first.count == 1 ? (first.first!.value, last) : nil
}

private func mapped(_ text: [UInt8], _ options: utf8proc_option_t) -> [UInt8] {
    var result: UnsafeMutablePointer<utf8proc_uint8_t>? = nil
    let count = unsafe text.withUnsafeBufferPointer { bytes in
        unsafe utf8proc_map(bytes.baseAddress, bytes.count, &result, options)
    }
    guard count >= 0, let start = unsafe result else { return text }
    defer { unsafe free(start) }
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
}
