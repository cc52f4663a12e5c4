/// A character reference of HTML in the source, such as `&amp;` or `&#8212;`.
struct Entity {
    let scalar: UInt32
    /// In bytes, with both ends.
    let length: Int

    /// - Returns: `nil` where there is none, or one of which nothing is known.
    init?(_ source: Span<UInt8>, at place: Int) {
        var at = place + 1
        guard at < source.count else { return nil }
        if source[at] == UInt8(ascii: "#") {
            at += 1
            let isHexadecimal = at < source.count && lowercased(source[at]) == UInt8(ascii: "x")
            if isHexadecimal { at += 1 }
            let start = at
            var value: UInt32 = 0
            while at < source.count, at - start < 10, let digit = digit(source[at], isHexadecimal ? 16 : 10) {
                value = min(value &* (isHexadecimal ? 16 : 10) &+ digit, 0x11_0000)
                at += 1
            }
            guard at > start, at < source.count, source[at] == UInt8(ascii: ";"), let valid = Unicode.Scalar(value) else { return nil }
            (scalar, length) = (windows1252[valid.value] ?? valid.value, at + 1 - place)
        } else {
            let start = at
            var name: UInt64 = 0
            while at < source.count, at - start < 8, isLetter(source[at]) || isDigit(source[at]) {
                name |= UInt64(source[at]) &<< UInt64(8 * (at - start))
                at += 1
            }
            guard at < source.count, source[at] == UInt8(ascii: ";"), let known = entitiesByName[name] else { return nil }
            (scalar, length) = (known, at + 1 - place)
        }
    }

    /// Whether its character begins or ends something in wikitext or HTML.
    var looksLikeMarkup: Bool { scalar < 0x80 && "<>&[]{}|'=*#:;_-".utf8.contains(UInt8(scalar)) }

    /// Appends the character; controls are left out, and line ends are spaces.
    func append(to output: inout [UInt8]) {
        guard scalar >= 0x20, let scalar = Unicode.Scalar(scalar), scalar.value != 0xFFFE, scalar.value != 0xFFFF else {
            if scalar == 9 || scalar == 10 || scalar == 13 { output.append(0x20) }
            return
        }
        output.append(contentsOf: UTF8.encode(scalar)!)
    }
}

private func digit(_ byte: UInt8, _ radix: UInt32) -> UInt32? {
    if isDigit(byte) { return UInt32(byte - UInt8(ascii: "0")) }
    guard radix == 16, isLetter(byte), lowercased(byte) <= UInt8(ascii: "f") else { return nil }
    return UInt32(lowercased(byte) - UInt8(ascii: "a")) + 10
}

/// What pages of old mean by numbers that are controls: HTML, section 13.2.5.80.
private let windows1252: [UInt32: UInt32] = Dictionary(
    uniqueKeysWithValues: zip(
        UInt32(0x80)...0x9F,
        [
            0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019,
            0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
        ]))

private let entitiesByName: [UInt64: UInt32] = {
    var table: [UInt64: UInt32] = [:]
    for (name, scalar) in namedEntities {
        var key: UInt64 = 0
        for (index, byte) in name.utf8.enumerated() { key |= UInt64(byte) << UInt64(8 * index) }
        table[key] = scalar
    }
    return table
}()
