/// What a template shows, of the texts that its arguments without names show.
func composed(_ rule: TemplateRule, _ parts: [[UInt8]], language: String) -> [UInt8] {
    let first = parts[0]
    switch rule {
    case .joined(let separator): return Array(parts.filter { !$0.isEmpty }.joined(separator: separator.utf8))
    case .convert: return measure(parts)
    case .fraction: return fraction(parts)
    case .value: return parts.count > 1 ? first + [0x20] + parts[1] : first
    case .date(let from): return date(parts.dropFirst(from - 1))
    case .number: return grouped(first, language: language)
    case .asOf: return Array("As of ".utf8) + first.asDate(parts)
    case .reading:
        let rest = parts.dropFirst().prefix(2).filter { !$0.isEmpty }
        if first.isEmpty { return Array(rest.joined(separator: ", ".utf8)) }
        return rest.isEmpty ? first : first + Array(" (".utf8) + Array(rest.joined(separator: ", ".utf8)) + Array(")".utf8)
    case .prefixed(let words): return Array(words.utf8) + first
    case .suffixed(let words): return first + Array(words.utf8)
    default: return first
    }
}

extension [UInt8] {
    /// `2012`, or with month and day as a date.
    fileprivate func asDate(_ parts: [[UInt8]]) -> [UInt8] {
        parts.count > 1 ? date(parts[...]) : self
    }

    fileprivate var isNumber: Bool {
        var text = self[...]
        if text.starts(with: "−".utf8) { text = text.dropFirst(3) }
        return text.contains(where: isDigit) && text.allSatisfy { isDigit($0) || "+-.,/eE ".utf8.contains($0) }
    }
}

/// Words between the numbers of a range.
private let ranges: [String: String] = [
    "-": "–", "–": "–", "to": " to ", "and": " and ", "or": " or ", "by": " by ", "x": " × ", "×": " × ", "*": " × ", "xx": " × ", "&": " and ", "+": " + ",
    "+/-": " ± ", "±": " ± ", "to(-)": " to ", "and(-)": " and ", "to about": " to about ", "til": " til ", "à": " à ", "bis": " bis ", "до": " до ",
    "থেকে": " থেকে ", "from": " from ", ",": ", ", ", and": ", and ", ", or": ", or ", "upto": " up to ", "or less": " or less ",
]

/// Symbols of units that go by another name in templates.
private let units: [String: String] = [
    "C": "°C", "F": "°F", "K": "K", "sqmi": "sq mi", "sqkm": "km2", "sqft": "sq ft", "sqm": "m2", "sqyd": "sq yd", "sqin": "sq in", "cuft": "cu ft",
    "cuyd": "cu yd", "cuin": "cu in", "impgal": "imp gal", "USgal": "US gal", "U.S.gal": "US gal", "floz": "fl oz", "lbf": "lbf", "lbft": "lb⋅ft",
    "psi": "psi", "kn": "kn", "kmh": "km/h", "km/h": "km/h", "PD/sqkm": "/km2", "PD/sqmi": "/sq mi", "/sqkm": "/km2", "/sqmi": "/sq mi", "acre": "acres",
    "mi": "mi", "ftin": "ft", "um": "μm", "ug": "μg", "uL": "μL", "deg": "°", "angstrom": "Å", "LT": "long tons", "ST": "short tons", "MT": "t",
]

/// `100 km`, `5 by 6 m`: the numbers up to the first unit, and that unit.
private func measure(_ parts: [[UInt8]]) -> [UInt8] {
    var result = parts[0]
    var index = 1
    while index + 1 < parts.count, parts[index + 1].isNumber, let word = ranges[text(parts[index])] {
        result += Array(word.utf8) + parts[index + 1]
        index += 2
    }
    guard index < parts.count, !parts[index].isEmpty else { return result }
    let unit = text(parts[index])
    // Feet and inches: more numbers with units follow.
    result += Array(" ".utf8) + Array((units[unit] ?? unit).utf8)
    while index + 2 < parts.count, parts[index + 1].isNumber, ["ft", "in", "lb", "oz", "st", "mi", "yd"].contains(text(parts[index + 2])) {
        result += Array(" ".utf8) + parts[index + 1] + Array(" ".utf8) + parts[index + 2]
        index += 2
    }
    return result
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

private func fraction(_ parts: [[UInt8]]) -> [UInt8] {
    let parts = parts.filter { !$0.isEmpty }
    return switch parts.count {
    case 0: []
    case 1: Array("1/".utf8) + parts[0]
    case 2: parts[0] + Array("/".utf8) + parts[1]
    default: parts[0] + Array(" ".utf8) + parts[1] + Array("/".utf8) + parts[2]
    }
}

/// ISO 8601 of year, month and day, as far as they are numbers.
private func date(_ parts: ArraySlice<[UInt8]>) -> [UInt8] {
    var result: [UInt8] = []
    for (index, part) in parts.prefix(3).enumerated() {
        guard !part.isEmpty, part.allSatisfy(isDigit) else {
            return index == 0 ? part : result
        }
        if index > 0 { result.append(UInt8(ascii: "-")) }
        result += Array(repeating: UInt8(ascii: "0"), count: max(0, 2 - part.count)) + part
    }
    return result
}

/// Digits in groups of three, as the language writes them.
func grouped(_ number: [UInt8], language: String) -> [UInt8] {
    let end = number.firstIndex { !isDigit($0) && $0 != UInt8(ascii: "-") } ?? number.count
    let start = number.first == UInt8(ascii: "-") ? 1 : 0
    guard end - start > 3, number[start..<end].allSatisfy(isDigit) else { return number }
    let separator: String =
        switch language {
        case "de", "nl", "it", "es", "pt", "da", "tr", "id", "el", "ro", "hr", "sl", "sr", "vi", "is", "gl", "ca", "eu": "."
        case "fr", "ru", "uk", "be", "pl", "cs", "sk", "sv", "nb", "no", "nn", "fi", "et", "lv", "lt", "hu", "bg", "hy", "kk", "ltg": " "
        default: ","
        }
    var result = Array(number[..<start])
    for index in start..<end {
        if index > start, (end - index) % 3 == 0 { result += Array(separator.utf8) }
        result.append(number[index])
    }
    return result + number[end...]
}
