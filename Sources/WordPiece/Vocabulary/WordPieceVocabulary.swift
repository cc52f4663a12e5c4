/// The tokens of a model, whose ids are their places in vocab.txt.
public struct WordPieceVocabulary: Sendable {
    /// The file it was read from, for messages.
    public let file: String
    /// All tokens, one after another; token `i` is `starts[i]..<starts[i + 1]`.
    private let bytes: [UInt8]
    private let starts: [Int]
    let trie: PieceTrie

    /// Reads a vocab.txt: one token a line, white space at the end of a line not being part of it.
    ///
    /// An empty line takes an id that no text yields.
    /// - Throws: `emptyVocabulary`, `invalidVocabularyLine`, `duplicateToken`.
    public init(bytes: [UInt8], file: String) throws(WordPieceError) {
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            let newlines = bytes[..<error.byteOffsets.lowerBound].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
            throw .invalidVocabularyLine(file: file, line: newlines + 1)
        }
        var tokens: [UInt8] = []
        tokens.reserveCapacity(bytes.count)
        var starts = [0]
        for range in lines(of: bytes) {
            tokens += trimmingEnd(bytes[range])
            starts.append(tokens.count)
        }
        guard starts.count > 1 else { throw .emptyVocabulary(file: file) }
        let order = sortedTokens(tokens, starts)
        if let (id, first) = firstDuplicate(tokens, starts, order) {
            let token = String(decoding: tokens[starts[id]..<starts[id + 1]], as: UTF8.self)
            throw .duplicateToken(file: file, token: token, line: id + 1, firstLine: first + 1)
        }
        self.file = file
        self.bytes = tokens
        self.starts = starts
        trie = PieceTrie(bytes: tokens, starts: starts, order: order)
    }

    public var count: Int { starts.count - 1 }

    /// Whether a token can be a line of a vocab.txt.
    public static func isLine(_ token: [UInt8]) -> Bool {
        !token.contains(UInt8(ascii: "\n")) && trimmingEnd(token[...]).count == token.count
    }

    /// The id of a token.
    public subscript(token: String) -> Int32? {
        guard let node = trie.node(of: token.utf8), trie.nodes[node].id >= 0 else { return nil }
        return trie.nodes[node].id
    }

    /// The token of an id.
    public func token(of id: Int32) -> String? {
        utf8(of: id).map { String(decoding: $0, as: UTF8.self) }
    }

    func utf8(of id: Int32) -> ArraySlice<UInt8>? {
        guard id >= 0, Int(id) < count else { return nil }
        return bytes[starts[Int(id)]..<starts[Int(id) + 1]]
    }
}

/// The lines without their newlines; one at the very end opens no further line.
private func lines(of bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        found.append(start..<index)
        start = index + 1
    }
    if start < bytes.count { found.append(start..<bytes.count) }
    return found
}

private func trimmingEnd(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var end = line.endIndex
    while end > line.startIndex {
        var start = end - 1
        while line[start] & 0xC0 == 0x80 { start -= 1 }
        let scalar = String(decoding: line[start..<end], as: UTF8.self).unicodeScalars.first!.value
        guard contains(whitespaceRanges, scalar) else { break }
        end = start
    }
    return line[..<end]
}

private func contains(_ ranges: [UInt32], _ scalar: UInt32) -> Bool {
    stride(from: 0, to: ranges.count, by: 2).contains { ranges[$0] <= scalar && scalar <= ranges[$0 + 1] }
}

/// The ids in the byte order of their tokens, equal tokens by id.
private func sortedTokens(_ bytes: [UInt8], _ starts: [Int]) -> [Int] {
    let bytes = bytes.span
    return (0..<starts.count - 1).sorted { a, b in
        var i = starts[a], j = starts[b]
        while i < starts[a + 1], j < starts[b + 1] {
            if bytes[i] != bytes[j] { return bytes[i] < bytes[j] }
            i += 1
            j += 1
        }
        let lengths = (starts[a + 1] - starts[a], starts[b + 1] - starts[b])
        return lengths.0 == lengths.1 ? a < b : lengths.0 < lengths.1
    }
}

/// The first token, by line, that an earlier line has; empty lines repeat freely.
private func firstDuplicate(_ bytes: [UInt8], _ starts: [Int], _ order: [Int]) -> (id: Int, first: Int)? {
    var found: (id: Int, first: Int)?
    for (a, b) in zip(order, order.dropFirst()) {
        let token = bytes[starts[a]..<starts[a + 1]]
        guard !token.isEmpty, token.elementsEqual(bytes[starts[b]..<starts[b + 1]]) else { continue }
        if found.map({ b < $0.id }) ?? true { found = (b, a) }
    }
    return found
}
