/// About three significant digits; whole numbers below a million keep all of theirs.
package func short(_ number: Double) -> String {
    guard number.isFinite, number != 0 else { return number == 0 ? "0" : "\(number)" }
    let magnitude = number.magnitude
    if magnitude < 1e-3 || magnitude >= 1e6 {
        var (digits, exponent) = (number, 0)
        while digits.magnitude >= 9.995 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits.magnitude < 0.9995 { (digits, exponent) = (digits * 10, exponent - 1) }
        return fixed(digits, 2) + "e\(exponent)"
    }
    return fixed(number, magnitude >= 100 ? 0 : magnitude >= 10 ? 1 : magnitude >= 1 ? 2 : 3)
}

/// A number with so many decimal places.
public func fixed(_ number: Double, _ places: Int) -> String {
    guard number.isFinite else { return "\(number)" }
    var power = 1.0
    for _ in 0..<places { power *= 10 }
    let scaled = (number.magnitude * power).rounded()
    guard scaled < 1e15 else { return "\(number)" }
    let digits = String(Int(scaled))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    if places == 0 { return sign + digits }
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    return sign + padded.dropLast(places) + "." + padded.suffix(places)
}

/// Seconds in words: "12 s", "3:05", "1:02:03".
package func duration(_ seconds: Double) -> String {
    guard seconds.magnitude < 1e9 else { return "ages" }
    let whole = Int(seconds.rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
}

/// Bytes in a unit that is easy to read.
package func readable(_ bytes: Int) -> String {
    let units = ["bytes", "kB", "MB", "GB", "TB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return unit == 0 ? "\(bytes) bytes" : "\(fixed(value, 1)) \(units[unit])"
}

extension String {
    package func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    package func aligned(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
