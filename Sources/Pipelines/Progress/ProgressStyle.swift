/// How progress is shown.
public enum ProgressStyle: String, Sendable, CaseIterable {
    /// A bar on a terminal, lines elsewhere.
    case automatic = "auto"
    case bar
    case lines
    /// One JSON object a line, for machines.
    case json
    case none
}
