/// What is known of an example.
public enum Label: Sendable, Equatable {
    /// The number of a category among the names of a label set.
    case category(Int)
    case score(Float)
    case none
}
