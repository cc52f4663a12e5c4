/// What stands behind a word of ASCII, by its byte.
struct ASCIISeparators: Sendable {
    struct Entry: Sendable {
        /// The id of a character that is a word alone.
        var id: Int32 = 0
        /// 0 or 1; -1 for bytes that part no words, and for the newline, which may end a line.
        var idCount: Int32 = -1
    }

    let entries: [Entry]

    init(_ tokenizer: WordPieceTokenizer) {
        var sink = PieceSink(tokenizer, NoTrace())
        entries = (0...255).map { (byte: UInt8) in
            guard byte < 0x80, byte != newline, tokenizer.actions.role(of: UInt32(byte)) != .inner else { return Entry() }
            sink.ids = []
            tokenizer.read(plain: [byte].span, 0..<1, &sink)
            return Entry(id: sink.ids.first ?? 0, idCount: Int32(sink.ids.count))
        }
    }
}

/// The roles of characters, those of the basic plane in a flat table.
struct RoleTable: Sendable {
    private let basic: [CharacterActions.Role]
    private let actions: CharacterActions

    init(_ actions: CharacterActions) {
        self.actions = actions
        basic = (0..<0x1_0000).map { actions.role(of: $0) }
    }

    @inline(__always)
    subscript(scalar: UInt32) -> CharacterActions.Role {
        scalar < 0x1_0000 ? basic[Int(scalar)] : actions.role(of: scalar)
    }
}
