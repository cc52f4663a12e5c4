/// Tokens that are found literally in raw text, before it is normalised; the leftmost first, of these the longest.
struct SpecialTokens: Sendable {
    /// Longest first.
    private let tokens: [(bytes: [UInt8], id: Int32)]
    private let ids: Set<Int32>
    /// For each byte whether a token begins with it.
    private let begins: [Bool]
    /// The byte that all begin with, if there is one.
    private let firstByte: UInt8?
    /// Of the longest.
    let maximumByteCount: Int

    init(_ tokens: [String], in vocabulary: WordPieceVocabulary) {
        var begins = [Bool](repeating: false, count: 256)
        self.tokens = Set(tokens)
            .compactMap { token in vocabulary[token].map { (Array(token.utf8), $0) } }
            .sorted { ($1.0.count, $0.1) < ($0.0.count, $1.1) }
        for token in self.tokens { begins[Int(token.bytes[0])] = true }
        self.begins = begins
        let first = Set(self.tokens.map { $0.bytes[0] })
        firstByte = first.count == 1 ? first.first : nil
        ids = Set(self.tokens.map(\.id))
        maximumByteCount = self.tokens.first?.bytes.count ?? 0
    }

    func contains(_ id: Int32) -> Bool { ids.contains(id) }

    /// The first token from a place on.
    func next(in text: Span<UInt8>, from start: Int) -> (bytes: Range<Int>, id: Int32)? {
        var index = start
        while true {
            index = candidate(in: text, from: index)
            guard index < text.count else { return nil }
            if let (id, byteCount) = match(text, at: index) { return (index..<index + byteCount, id) }
            index += 1
        }
    }

    /// The first byte, from a place on, that a token begins with; the end if there is none.
    private func candidate(in text: Span<UInt8>, from start: Int) -> Int {
        var index = start
        if let firstByte {
            // Eight at a time: a byte of `difference` is 0 where the first byte is (Warren, Hacker's Delight, 6-1).
            let wanted = 0x0101_0101_0101_0101 &* UInt64(firstByte)
            unsafe text.withUnsafeBytes { bytes in
                while index &+ 8 <= bytes.count {
                    // Safety: the eight bytes lie within the text.
                    let difference = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) ^ wanted
                    let zeros = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
                    if zeros != 0 { break }
                    index &+= 8
                }
            }
        }
        while index < text.count, !begins[Int(text[index])] { index += 1 }
        return index
    }

    private func match(_ text: Span<UInt8>, at index: Int) -> (id: Int32, byteCount: Int)? {
        for (bytes, id) in tokens where index + bytes.count <= text.count {
            if bytes.indices.allSatisfy({ text[index + $0] == bytes[$0] }) { return (id, bytes.count) }
        }
        return nil
    }
}
