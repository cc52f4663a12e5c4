/// Makes bytes fit for an XML parser that stops at the first it does not like: UTF-16 becomes UTF-8, what is no UTF-8
/// becomes U+FFFD, and characters that XML forbids go.
struct TextFilter {
    private enum Encoding { case utf8, utf16(isLittle: Bool) }

    private var encoding: Encoding?
    /// The end of what came, which may be a part of a character.
    private var rest: [UInt8] = []
    /// How many ill-formed pieces were replaced, and forbidden characters left out.
    private(set) var replacements = 0

    /// What is whole of the bytes so far.
    mutating func filter(_ bytes: consuming [UInt8], isLast: Bool) -> [UInt8] {
        if encoding == nil || !rest.isEmpty {
            bytes = rest + bytes
            rest = []
        }
        if encoding == nil {
            guard bytes.count >= 4 || isLast else {
                rest = bytes
                return []
            }
            detect(&bytes)
        }
        if case .utf16(let isLittle)? = encoding { bytes = transcoded(bytes, isLittle, isLast) } else { hold(&bytes, isLast) }
        return isClean(bytes.span) ? bytes : cleaned(bytes.span)
    }

    private mutating func detect(_ bytes: inout [UInt8]) {
        encoding = .utf8
        switch (bytes.first, bytes.dropFirst().first) {
        case (0xEF?, 0xBB?) where bytes.count > 2 && bytes[2] == 0xBF: bytes.removeFirst(3)
        case (0xFF?, 0xFE?), (0xFE?, 0xFF?):
            encoding = .utf16(isLittle: bytes[0] == 0xFF)
            bytes.removeFirst(2)
        case (UInt8(ascii: "<")?, 0?): encoding = .utf16(isLittle: true)
        case (0?, UInt8(ascii: "<")?): encoding = .utf16(isLittle: false)
        default: break
        }
    }

    /// Keeps the beginning of a character that goes on in the next bytes.
    private mutating func hold(_ bytes: inout [UInt8], _ isLast: Bool) {
        guard !isLast else { return }
        var start = bytes.count
        while start > 0, bytes.count - start < 3 {
            start -= 1
            let byte = bytes[start]
            if byte & 0xC0 == 0x80 { continue }
            let size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            guard size > bytes.count - start else { return }
            rest = Array(bytes[start...])
            bytes.removeLast(rest.count)
            return
        }
    }

    private mutating func transcoded(_ bytes: [UInt8], _ isLittle: Bool, _ isLast: Bool) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2 + 1)
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
            units.append(isLittle ? second << 8 | first : first << 8 | second)
        }
        var held = bytes.count & 1
        if !isLast, let last = units.last, last & 0xFC00 == 0xD800 {
            units.removeLast()
            held += 2
        }
        if isLast, held > 0 { replacements += 1 } else { rest = Array(bytes.suffix(held)) }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count)
        replacements += transcodeToUTF8(units, into: &text)
        return text
    }

    /// Whether nothing is to be done, as nearly always.
    private func isClean(_ bytes: Span<UInt8>) -> Bool {
        // Without branches, so that many bytes are looked at at once.
        var (controls, leads): (UInt8, UInt8) = (0, 0)
        unsafe bytes.withUnsafeBufferPointer { buffer in
            for index in 0..<buffer.count {
                let byte = unsafe buffer[index]
                controls |= (byte < 0x20 ? 1 : 0) & (byte == 0x0A ? 0 : 1) & (byte == 0x09 ? 0 : 1) & (byte == 0x0D ? 0 : 1)
                leads |= byte == 0xEF ? 1 : 0
            }
        }
        if controls != 0 || (leads != 0 && hasNonCharacter(bytes)) { return false }
        return (try? UTF8Span(validating: bytes)) != nil
    }

    /// U+FFFE and U+FFFF.
    private func hasNonCharacter(_ bytes: Span<UInt8>) -> Bool {
        var found: UInt8 = 0
        unsafe bytes.withUnsafeBufferPointer { buffer in
            for index in 0..<max(0, buffer.count - 2) {
                found |= unsafe (buffer[index] == 0xEF ? 1 : 0) & (buffer[index + 1] == 0xBF ? 1 : 0) & (buffer[index + 2] >= 0xBE ? 1 : 0)
            }
        }
        return found != 0
    }

    private mutating func cleaned(_ bytes: Span<UInt8>) -> [UInt8] {
        let text = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        let replacement = Unicode.Scalar(0xFFFD)!
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var count = 0
        for scalar in text.unicodeScalars {
            if scalar.value < 0x20, scalar != "\n", scalar != "\t", scalar != "\r" {
                replacements += 1
            } else if scalar.value == 0xFFFE || scalar.value == 0xFFFF {
                replacements += 1
                result.append(contentsOf: UTF8.encode(replacement)!)
            } else {
                if scalar == replacement { count += 1 }
                result.append(contentsOf: UTF8.encode(scalar)!)
            }
        }
        // Those that were there before are not ours.
        replacements += max(0, count - replacementsWritten(in: bytes))
        return result
    }

    /// How many U+FFFD the bytes have.
    private func replacementsWritten(in bytes: Span<UInt8>) -> Int {
        var count = 0
        for index in 0..<max(0, bytes.count - 2) where bytes[index] == 0xEF && bytes[index + 1] == 0xBF && bytes[index + 2] == 0xBD { count += 1 }
        return count
    }
}

/// - Returns: how many surrogates stood alone; they are U+FFFD now.
private func transcodeToUTF8(_ units: [UInt16], into text: inout [UInt8]) -> Int {
    var replacements = 0
    var decoder = UTF16()
    var iterator = units.makeIterator()
    loop: while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar): text.append(contentsOf: UTF8.encode(scalar)!)
        case .error:
            replacements += 1
            text.append(contentsOf: [0xEF, 0xBF, 0xBD])
        case .emptyInput: break loop
        }
    }
    return replacements
}
