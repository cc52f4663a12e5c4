/// A column that is stored once for a whole shard, so that it can be read without the large ones.
public struct SmallColumn: Sendable, Equatable {
    public enum Layout: Sendable, Equatable {
        /// As many numbers for every row.
        case row(width: Int)
        /// One number for each token of the row.
        case token
    }

    public var name: String
    public var element: ElementType
    public var layout: Layout

    public init(name: String, element: ElementType, layout: Layout) {
        (self.name, self.element, self.layout) = (name, element, layout)
    }

    /// Bytes of a row of so many tokens.
    public func bytes(length: Int) -> Int {
        switch layout {
        case .row(let width): element.bytes(width: width)
        case .token: length * element.size
        }
    }
}

/// In JSON: `{"name", "element", "layout": "row", "width"}` or `{"name", "element", "layout": "token"}`.
extension SmallColumn: Codable {
    private enum Key: String, CodingKey { case name, element, layout, width }
    private enum Kind: String, Codable { case row, token }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        name = try values.decode(String.self, forKey: .name)
        element = try values.decode(ElementType.self, forKey: .element)
        layout =
            switch try values.decode(Kind.self, forKey: .layout) {
            case .row: .row(width: try values.decode(Int.self, forKey: .width))
            case .token: .token
            }
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encode(element, forKey: .element)
        switch layout {
        case .row(let width):
            try values.encode(Kind.row, forKey: .layout)
            try values.encode(width, forKey: .width)
        case .token: try values.encode(Kind.token, forKey: .layout)
        }
    }
}
