/// What a set of shards was made from; equal identities and rows give equal bytes.
public struct ShardIdentity: Codable, Sendable, Equatable {
    /// What the rows are: `tokens` or `features`.
    public var kind: String
    /// Hashes of what the rows depend on (corpus, vocabulary, teacher, ...), by name.
    public var fingerprints: [String: String]
    /// Names of the categories in the order of their numbers.
    public var labelNames: [String]
    /// Settings that a reader needs or that tell caches apart (precision, layers, ...), by name.
    public var attributes: [String: String]

    public init(
        kind: String, fingerprints: [String: String] = [:], labelNames: [String] = [], attributes: [String: String] = [:]
    ) {
        (self.kind, self.fingerprints, self.labelNames, self.attributes) = (kind, fingerprints, labelNames, attributes)
    }

    /// Each thing in which `found` is not what this identity asks for, in a fixed order; empty where they are equal.
    public func differences(from found: ShardIdentity) -> [String] {
        var list: [String] = []
        if kind != found.kind { list.append("kind: expected \(kind), found \(found.kind)") }
        list += differences("fingerprint", fingerprints, found.fingerprints)
        if labelNames != found.labelNames {
            list.append("labels: expected \(text(labelNames)), found \(text(found.labelNames))")
        }
        return list + differences("attribute", attributes, found.attributes)
    }

    private func differences(_ what: String, _ expected: [String: String], _ found: [String: String]) -> [String] {
        Set(expected.keys).union(found.keys).sorted().compactMap { key in
            expected[key] == found[key]
                ? nil : "\(what) '\(key)': expected \(expected[key] ?? "none"), found \(found[key] ?? "none")"
        }
    }

    private func text(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
