import Records

/// What is known of a folder: sections of named facts, as text or as JSON.
public struct Report: Sendable, Equatable, Codable {
    public struct Section: Sendable, Equatable, Codable {
        public struct Fact: Sendable, Equatable, Codable {
            public var name: String
            public var value: String
        }

        public var title: String
        public var facts: [Fact]

        init(_ title: String, _ facts: [(String, String)]) {
            (self.title, self.facts) = (title, facts.map { Fact(name: $0.0, value: $0.1) })
        }
    }

    public var sections: [Section]

    public var json: String { String(decoding: json(pretty: true), as: UTF8.self) }

    public var text: String {
        let width = sections.flatMap(\.facts).map(\.name.count).max() ?? 0
        return sections.map { section in
            section.title + "\n"
                + section.facts.map { fact in
                    "  " + fact.name + String(repeating: " ", count: width - fact.name.count) + "  " + fact.value + "\n"
                }.joined()
        }.joined(separator: "\n")
    }
}

/// Bytes in a unit that is easy to read.
func readable(bytes: Int) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
    var (value, unit) = (Double(bytes), 0)
    while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
    let tenths = Int((value * 10).rounded())
    return unit == 0 ? "\(bytes) bytes" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
