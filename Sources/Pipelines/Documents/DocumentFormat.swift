import Documents

/// How documents are printed.
public enum DocumentFormat: String, Sendable, CaseIterable {
    /// An object a line: id, title, text.
    case jsonl
    /// A line for each paragraph, heading and item, and an empty line behind each document.
    case text
    /// An object a line: id, title and the page as its authors wrote it.
    case wikitext
}

extension Document {
    package func append(as format: DocumentFormat, literals showsLiterals: Bool, to output: inout [UInt8]) {
        guard format != .text else { return appendLines(to: &output) }
        output += "{\"id\":\(id),\"title\":".utf8
        appendJSON(Array(title.utf8), to: &output)
        output += format == .wikitext ? ",\"wikitext\":".utf8 : ",\"text\":".utf8
        appendJSON(text, to: &output)
        if showsLiterals { output += ",\"literals\":[\(literals.map { "[\($0.lowerBound),\($0.upperBound)]" }.joined(separator: ","))]".utf8 }
        output += "}\n".utf8
    }

    private func appendLines(to output: inout [UInt8]) {
        var last: UInt8 = 0
        for byte in text {
            if byte != newline || last != newline { output.append(byte) }
            last = byte
        }
        output += "\n\n".utf8
    }
}

/// Appends a string of JSON (RFC 8259); all but quotation marks, reverse solidus and controls stands as it is.
private func appendJSON(_ text: [UInt8], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var start = 0
    for (index, byte) in text.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        output += text[start..<index]
        start = index + 1
        switch byte {
        case newline: output += "\\n".utf8
        case 0x09: output += "\\t".utf8
        case 0x0D: output += "\\r".utf8
        case ..<0x20: output += ("\\u00" + (byte < 0x10 ? "0" : "1") + String(byte & 0x0F, radix: 16)).utf8
        default: output += [UInt8(ascii: "\\"), byte]
        }
    }
    output += text[start...]
    output.append(UInt8(ascii: "\""))
}
