/// Schemes of tags: IOB, IOBES and BILOU.
public enum TagScheme {
    /// A tag as one of `O`, `B-type` and `I-type`; nil where it is of none of the schemes. A type may hold hyphens: the first one parts it.
    public static func normalised(_ tag: String) -> String? {
        if tag == "O" { return tag }
        let parts = tag.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { return nil }
        switch parts[0] {
        case "B", "S", "U": return "B-" + parts[1]
        case "I", "E", "L", "M": return "I-" + parts[1]
        default: return nil
        }
    }
}
