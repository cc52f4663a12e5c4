/// What became of the pages of a dump.
public struct WikipediaCounts: Sendable, Equatable {
    public var pages = 0
    public var documents = 0
    public var documentBytes = 0
    // Left out by rule.
    public var otherNamespaces = 0
    public var redirects = 0
    /// Scripts, style sheets and data.
    public var otherModels = 0
    public var disambiguations = 0
    /// Removed from the dump, or without text.
    public var empty = 0
    // Not as they should be.
    /// Pages over the limit of size.
    public var oversized = 0
    /// Pages with brackets that were nested too deeply to follow.
    public var tooDeep = 0
    /// Bytes that were no UTF-8, characters that XML forbids.
    public var replacements = 0
    /// Faults of the XML that were gone past.
    public var faults = 0

    private static var fields: [(name: String, path: WritableKeyPath<Self, Int>)] {
        [
            ("pages", \.pages), ("documents", \.documents), ("documentBytes", \.documentBytes), ("otherNamespaces", \.otherNamespaces),
            ("redirects", \.redirects), ("otherModels", \.otherModels), ("disambiguations", \.disambiguations), ("empty", \.empty),
            ("oversized", \.oversized), ("tooDeep", \.tooDeep), ("replacements", \.replacements), ("faults", \.faults),
        ]
    }

    package init() {}

    init(named counts: [String: Int]) { for (name, path) in Self.fields { self[keyPath: path] = counts[name] ?? 0 } }

    public var named: [String: Int] { Dictionary(uniqueKeysWithValues: Self.fields.map { ($0.name, self[keyPath: $0.path]) }) }

    /// How much of the input was unusable, or not wholly usable.
    public var problems: Int { oversized + replacements + faults }

    package mutating func add(_ other: WikipediaCounts) {
        for (_, path) in Self.fields { self[keyPath: path] += other[keyPath: path] }
    }

    /// In words, without what there is none of.
    package var summary: String {
        func count(_ number: Int, _ what: String) -> String? { number > 0 ? "\(number) \(what)" : nil }
        let left = [
            count(redirects, "redirects"), count(otherNamespaces, "of other namespaces"), count(otherModels, "of other models"),
            count(disambiguations, "disambiguations"), count(empty, "empty"), count(oversized, "too large"),
        ].compactMap { $0 }
        let notes = [
            count(tooDeep, "nested too deeply to follow everywhere"), count(replacements, "characters were no UTF-8 or no XML"),
            count(faults, "faults of the XML were gone past"),
        ].compactMap { $0 }
        return "\(pages) pages, \(documents) documents with \(documentBytes) bytes"
            + (left.isEmpty ? "" : "; left out: " + left.joined(separator: ", ")) + (notes.isEmpty ? "" : "; " + notes.joined(separator: ", "))
    }
}
