/// Tokens that are found literally in raw text, before it is normalised; the leftmost first, of these the longest.
struct SpecialTokens: Sendable {
    /// Longest first.
    private let tokens: [(bytes: [UInt8], id: Int32)]
    private let ids: Set<Int32>
    /// For each byte whether a token begins with it.
    private let begins: [Bool]

    init(_ tokens: [String], in vocabulary: WordPieceVocabulary) {
        var begins = [Bool](repeating: false, count: 256)
        self.tokens = Set(tokens)
            .compactMap { token in vocabulary[token].map { (Array(token.utf8), $0) } }
            .sorted { ($1.0.count, $0.1) < ($0.0.count, $1.1) }
        for token in self.tokens { begins[Int(token.bytes[0])] = true }
        self.begins = begins
        ids = Set(self.tokens.map(\.id))
    }

    func contains(_ id: Int32) -> Bool { ids.contains(id) }

    @inline(__always)
    func begins(with byte: UInt8) -> Bool { begins[Int(byte)] }

    func match(_ text: Span<UInt8>, at index: Int) -> (id: Int32, byteCount: Int)? {
        for (bytes, id) in tokens where index + bytes.count <= text.count {
            if bytes.indices.allSatisfy({ text[index + $0] == bytes[$0] }) { return (id, bytes.count) }
        }
        return nil
    }
}
