/// Bytes as UTF-8, each maximal subpart of what is ill-formed replaced by U+FFFD (Unicode Standard, section 3.9, table 3-8).
///
/// - Returns: `nil` if there is nothing to replace; else the text and how often something was replaced.
public func repairedUTF8(_ bytes: Span<UInt8>) -> (text: [UInt8], replacements: Int)? {
    var text: [UInt8] = []
    var (start, replacements) = (0, 0)
    while true {
        let rest = bytes.extracting(start...)
        do {
            _ = try UTF8Span(validating: rest)
            if replacements == 0 { return nil }
            append(rest, to: &text)
            return (text, replacements)
        } catch {
            append(rest.extracting(..<error.byteOffsets.lowerBound), to: &text)
            text += [0xEF, 0xBF, 0xBD]
            replacements += 1
            start += error.byteOffsets.upperBound
        }
    }
}

private func append(_ bytes: Span<UInt8>, to text: inout [UInt8]) {
    text.append(addingCapacity: bytes.count) { output in
        for index in bytes.indices { output.append(bytes[index]) }
    }
}
